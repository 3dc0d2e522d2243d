package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A torrent of random bytes, and those bytes.
record TestContent(Info info, byte[] bytes) {
    /// A file to be; a name that begins with `pad` is a padding file, zeros.
    record File(String path, int length) {}

    static File file(String path, int length) {
        return new File(path, length);
    }

    static TestContent single(int pieceLength, int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return parse(Map.of("length", new Int(length)), pieceLength, bytes);
    }

    /// Files below a directory `t`.
    static TestContent of(int pieceLength, File... files) {
        List<BencodeValue> entries = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Random random = new Random(files.length);
        for (File file : files) {
            Map<String, BencodeValue> entry = new LinkedHashMap<>();
            byte[] part = new byte[file.length()];
            if (file.path().startsWith("pad")) {
                entry.put("attr", ByteString.of("p"));
            } else {
                random.nextBytes(part);
            }
            bytes.writeBytes(part);
            entry.put("length", new Int(file.length()));
            entry.put(
                    "path",
                    new Items(Arrays.stream(file.path().split("/"))
                            .map(component -> (BencodeValue) ByteString.of(component))
                            .toList()));
            entries.add(Dictionary.of(entry));
        }
        return parse(Map.of("files", new Items(entries)), pieceLength, bytes.toByteArray());
    }

    private static TestContent parse(Map<String, BencodeValue> content, int pieceLength, byte[] bytes) {
        Map<String, BencodeValue> info = new LinkedHashMap<>(content);
        info.put("name", ByteString.of("t"));
        info.put("piece length", new Int(pieceLength));
        info.put("pieces", new ByteString(hashes(pieceLength, bytes)));
        byte[] file = BencodeWriter.write(Dictionary.of(Map.of("info", Dictionary.of(info))));
        try {
            return new TestContent(Metainfo.parse(file).info(), bytes);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hashes(int pieceLength, byte[] bytes) {
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += pieceLength) {
            hashes.writeBytes(sha1(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceLength))));
        }
        return hashes.toByteArray();
    }

    static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    int pieceCount() {
        return info.layout().pieceCount();
    }

    byte[] piece(int piece) {
        int from = (int) info.layout().offset(piece);
        return Arrays.copyOfRange(bytes, from, from + info.layout().length(piece));
    }

    byte[] file(int index) {
        FileEntry file = info.files().get(index);
        return Arrays.copyOfRange(bytes, (int) file.offset(), (int) (file.offset() + file.length()));
    }

    Path path(Path directory, int index) {
        Path path = directory;
        for (String component : info.files().get(index).path()) {
            path = path.resolve(component);
        }
        return path;
    }

    /// Writes all files but padding.
    void writeTo(Path directory) throws IOException {
        for (int i = 0; i < info.files().size(); i++) {
            if (!info.files().get(i).padding()) {
                Files.createDirectories(path(directory, i).getParent());
                Files.write(path(directory, i), file(i));
            }
        }
    }

    /// Stores all blocks of a piece.
    void store(TorrentStorage storage, int piece) {
        for (int block = 0; block < info.layout().blockCount(piece); block++) {
            int begin = info.layout().block(piece, block).begin();
            int from = (int) info.layout().offset(piece) + begin;
            storage.store(
                    piece, begin, ByteBuffer.wrap(bytes, from, info.layout().blockLength(piece, block)));
        }
    }
}
