package dev.jackdaw.peer.webseed;

import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.HttpException;
import dev.jackdaw.peer.http.HttpHead;
import dev.jackdaw.peer.http.HttpRequest;
import dev.jackdaw.peer.http.HttpUrl;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// A torrent's files on an ordinary web server (BEP 19), as one run of bytes.
///
/// It remembers which files the server does not have, or has with another length; pieces with a part in one
/// of them cannot be had here.
public final class FileServer implements WebSeed {
    /// For one fetch, whose size the caller bounds.
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(60);
    /// A server that sends the whole file for a range is put up with if no more than this comes before the
    /// range.
    private static final long MAX_SKIPPED = 4 << 20;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Info info;
    private final HttpUrl url;
    private final HttpAgent agent;
    private final boolean localAllowed;
    private final BitSet missing = new BitSet();

    /// @param url          from the torrent's `url-list`
    /// @param localAllowed whether the server may be on this machine or a private network: only if the user
    ///                     named it, and not a stranger's torrent
    /// @throws HttpException if the URL is none that can be used
    public FileServer(Info info, String url, HttpAgent agent, boolean localAllowed) throws HttpException {
        this.info = info;
        this.url = HttpUrl.parse(url);
        this.agent = agent;
        this.localAllowed = localAllowed;
    }

    @Override
    public Info info() {
        return info;
    }

    @Override
    public HttpUrl url() {
        return url;
    }

    /// All pieces but those of missing files.
    @Override
    public synchronized Bitfield have() {
        PieceLayout layout = info.layout();
        Bitfield have = Bitfield.full(layout.pieceCount());
        missing.stream()
                .mapToObj(info.files()::get)
                .filter(file -> file.length() > 0)
                .forEach(file -> {
                    int last = layout.pieceAt(file.offset() + file.length() - 1);
                    for (int piece = layout.pieceAt(file.offset()); piece <= last; piece++) {
                        have.clear(piece);
                    }
                });
        return have;
    }

    @Override
    public void fetch(long offset, byte[] into) throws IOException {
        List<FileEntry> files = info.files();
        int at = 0;
        for (int i = fileAt(offset); at < into.length; i++) {
            FileEntry file = files.get(i);
            long from = offset + at - file.offset();
            int length = (int) Math.min(into.length - at, file.length() - from);
            if (length > 0) {
                if (file.padding()) {
                    Arrays.fill(into, at, at + length, (byte) 0); // BEP 47: no server has them
                } else {
                    fetch(i, from, into, at, length);
                }
                at += length;
            }
        }
    }

    /// The file that holds the byte, by binary search; empty files hold none.
    private int fileAt(long offset) {
        List<FileEntry> files = info.files();
        int low = 0;
        int high = files.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (files.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private void fetch(int file, long from, byte[] into, int at, int length) throws IOException {
        synchronized (this) {
            if (missing.get(file)) {
                throw new FileMissing("the web seed lacks " + fileUrl(file));
            }
        }
        var request = HttpRequest.range(fileUrl(file), from, from + length - 1, localAllowed);
        try (var timer = agent.timer(FETCH_TIMEOUT);
                var response = agent.get(request, timer)) {
            long skip = accept(file, from, length, response.head());
            byte[] skipped = new byte[(int) Math.min(skip, 64 * 1024)];
            for (long left = skip; left > 0; ) {
                int some = (int) Math.min(left, skipped.length);
                response.readFully(skipped, 0, some);
                left -= some;
            }
            response.readFully(into, at, length);
        }
    }

    /// Judges the head of an answer.
    ///
    /// @return how many bytes of the body come before those that were asked for
    private long accept(int file, long from, int length, HttpHead head) throws IOException {
        long fileLength = info.files().get(file).length();
        switch (head.status()) {
            case 206 -> {
                String range = head.header("content-range").orElse("").strip();
                String expected = "bytes " + from + "-" + (from + length - 1) + "/";
                if (!range.startsWith(expected)) {
                    throw new HttpException("the web seed answered " + expected + " with \"" + range + "\"");
                }
                String total = range.substring(expected.length());
                if (!total.equals("*") && !total.equals(Long.toString(fileLength))) {
                    throw lacks(file, "its length there is " + total + ", expected " + fileLength);
                }
                return 0;
            }
            case 200 -> {
                long there = head.contentLength().orElse(fileLength);
                if (there != fileLength) {
                    throw lacks(file, "its length there is " + there + ", expected " + fileLength);
                }
                if (from > MAX_SKIPPED) {
                    throw lacks(file, "the server cannot send a part of it");
                }
                return from;
            }
            case 404, 403, 410, 416 -> throw lacks(file, "HTTP status " + head.status());
            default -> throw new HttpException("the web seed answered with HTTP status " + head.status());
        }
    }

    private FileMissing lacks(int file, String why) throws HttpException {
        synchronized (this) {
            missing.set(file);
        }
        return new FileMissing("the web seed lacks " + fileUrl(file) + ": " + why);
    }

    /// Where the file is: at the URL itself if that names a single file, else below it.
    HttpUrl fileUrl(int file) throws HttpException {
        boolean single = info.files().size() == 1 && info.originalPath(0).size() == 1;
        String target = url.target();
        if (single && !target.endsWith("/")) {
            return url;
        }
        // a query stays behind the path
        String path = url.path();
        String query = target.substring(path.length());
        String names = info.originalPath(file).stream().map(FileServer::escape).collect(Collectors.joining("/"));
        return url.withTarget(path + (path.endsWith("/") ? "" : "/") + names + query);
    }

    /// A file name as a path segment: all but RFC 3986's unreserved characters escaped.
    private static String escape(String name) {
        StringBuilder escaped = new StringBuilder(name.length() + 16);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HEX.toHexDigits(b));
            }
        }
        return escaped.toString();
    }
}
