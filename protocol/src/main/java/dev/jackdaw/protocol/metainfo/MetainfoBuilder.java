package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.SourceFiles.SourceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;

/// Makes a torrent of a file or directory.
///
/// ```java
/// Metainfo torrent = MetainfoBuilder.of(Path.of("dataset"))
///         .tier("https://tracker.example/announce")
///         .build(executor, Runtime.getRuntime().availableProcessors());
/// Files.write(Path.of("dataset.torrent"), torrent.toBytes());
/// ```
///
/// The same files and settings give the same bytes on every system, but for a creation date, which is only there when
/// given. What is built has passed the parser, so what this makes is what [Metainfo#parse(byte[])] accepts. No thread
/// is started here: work runs on the calling thread and on the executor that it brings along.
public final class MetainfoBuilder {
    /// 16 KiB, one block: shorter pieces would cost more in hashes than they are worth.
    public static final int MIN_PIECE_LENGTH = PieceLayout.BLOCK_LENGTH;
    /// The piece length grows with the content until this many pieces are enough…
    private static final int PIECES_WANTED = 2_000;
    /// … or until it is 16 MiB, which every client can hold; only [Info#MAX_PIECES] takes it further.
    private static final int MAX_CHOSEN_PIECE_LENGTH = 16 << 20;

    private final Path source;
    private final List<List<String>> tiers = new ArrayList<>();
    private final List<String> webSeeds = new ArrayList<>();
    private final List<Metainfo.HostAndPort> nodes = new ArrayList<>();
    private Optional<String> name = Optional.empty();
    private OptionalInt pieceLength = OptionalInt.empty();
    private boolean isPrivate;
    private Optional<String> comment = Optional.empty();
    private Optional<String> createdBy = Optional.empty();
    private Optional<String> sourceTag = Optional.empty();
    private Optional<Instant> creationDate = Optional.empty();
    private Progress progress = (hashed, total) -> {};

    private MetainfoBuilder(Path source) {
        this.source = source;
    }

    /// Hears how far hashing is. Called by one worker at a time, with rising numbers, a few thousand times a gigabyte:
    /// to be quick, and to say nothing more often than people can read.
    @FunctionalInterface
    public interface Progress {
        void onHashed(long hashedBytes, long totalBytes);
    }

    /// @param source the file, or the directory whose files are to be in the torrent
    public static MetainfoBuilder of(Path source) {
        return new MetainfoBuilder(source);
    }

    /// The name of the file or directory in the torrent, instead of its own.
    public MetainfoBuilder name(String newName) {
        if (SafePaths.isNothing(newName)) {
            throw new IllegalArgumentException("a torrent's name must not be empty");
        }
        name = Optional.of(newName);
        return this;
    }

    /// Bytes of a piece, instead of what fits the content.
    ///
    /// @param length a power of two from 16 KiB to 512 MiB
    public MetainfoBuilder pieceLength(int length) {
        if (length < MIN_PIECE_LENGTH || length > Info.MAX_PIECE_LENGTH || Integer.bitCount(length) != 1) {
            throw new IllegalArgumentException("piece length " + length + ", expected a power of two from "
                    + MIN_PIECE_LENGTH + " to " + Info.MAX_PIECE_LENGTH);
        }
        pieceLength = OptionalInt.of(length);
        return this;
    }

    /// Adds a tier of trackers, to be tried after those before it (BEP 12).
    public MetainfoBuilder tier(String... urls) {
        List<String> tier = new ArrayList<>();
        for (String url : urls) {
            tier.add(RemoteUrls.tracker(url)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + url + "\" is no tracker URL, expected http://, https:// or udp://host:port")));
        }
        if (!tier.isEmpty()) {
            tiers.add(tier);
        }
        return this;
    }

    /// Adds a web seed (BEP 19).
    public MetainfoBuilder webSeed(String url) {
        webSeeds.add(RemoteUrls.seed(url)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + url + "\" is no web seed URL, expected http:// or https://")));
        return this;
    }

    /// Adds a node from which the DHT can be entered (BEP 5).
    public MetainfoBuilder node(Metainfo.HostAndPort node) {
        nodes.add(node);
        return this;
    }

    /// BEP 27: peers only from the torrent's own trackers.
    public MetainfoBuilder isPrivate(boolean newPrivate) {
        isPrivate = newPrivate;
        return this;
    }

    public MetainfoBuilder comment(String text) {
        comment = Optional.of(text);
        return this;
    }

    /// The program that makes the torrent.
    public MetainfoBuilder createdBy(String text) {
        createdBy = Optional.of(text);
        return this;
    }

    /// Part of the info dictionary, so that the same files get another info-hash on another site.
    public MetainfoBuilder source(String text) {
        sourceTag = Optional.of(text);
        return this;
    }

    public MetainfoBuilder creationDate(Instant date) {
        creationDate = Optional.of(date);
        return this;
    }

    public MetainfoBuilder progress(Progress listener) {
        progress = listener;
        return this;
    }

    /// [#build(Executor, int)] on the calling thread alone.
    public Metainfo build() throws IOException, InterruptedException {
        return build(Runnable::run, 1);
    }

    /// Reads every file once and makes the torrent; blocks until it is done.
    ///
    /// @param executor    where `parallelism - 1` helpers of the calling thread run
    /// @param parallelism threads that read and hash at once; beyond the number of cores there is nothing to gain
    /// @throws IOException if the source cannot be read, changes meanwhile, holds no data, or holds what no torrent
    /// can;
    ///                     the message is a sentence that names the file
    /// @throws InterruptedException if the calling thread is interrupted: that is how to cancel
    public Metainfo build(Executor executor, int parallelism) throws IOException, InterruptedException {
        SourceFiles files = SourceFiles.list(source);
        int length = pieceLength.orElseGet(() -> choosePieceLength(files.totalLength()));
        long pieces = Math.ceilDiv(files.totalLength(), length);
        if (pieces > Info.MAX_PIECES) {
            throw new IOException(files.totalLength() + " bytes in pieces of " + length + " are " + pieces
                    + " pieces, the limit is " + Info.MAX_PIECES);
        }
        PieceLayout layout = new PieceLayout(files.totalLength(), length);
        // Whatever a parser would refuse is better known before hours of hashing than after.
        info(files, layout, new byte[layout.pieceCount() * Info.PIECE_HASH_LENGTH]);
        byte[] hashes = PieceHashing.hash(files, layout, executor, parallelism, progress);
        for (SourceFile file : files.files()) {
            file.requireUnchanged();
        }
        Info info = info(files, layout, hashes);
        return new Metainfo(
                info, tiers, webSeeds, List.of(), nodes, comment, createdBy, creationDate, sourceTag, info.renamed());
    }

    /// The smallest power of two that cuts the content into few enough pieces.
    static int choosePieceLength(long totalLength) {
        int length = MIN_PIECE_LENGTH;
        while ((length < MAX_CHOSEN_PIECE_LENGTH && Math.ceilDiv(totalLength, length) > PIECES_WANTED)
                || (length < Info.MAX_PIECE_LENGTH && Math.ceilDiv(totalLength, length) > Info.MAX_PIECES)) {
            length *= 2;
        }
        return length;
    }

    private Info info(SourceFiles files, PieceLayout layout, byte[] hashes) throws IOException {
        Map<String, BencodeValue> entries = new HashMap<>();
        entries.put("name", ByteString.of(name.orElseGet(this::sourceName)));
        entries.put("piece length", new Int(layout.pieceLength()));
        entries.put("pieces", new ByteString(hashes));
        if (files.single()) {
            entries.put("length", new Int(files.totalLength()));
        } else {
            entries.put(
                    "files",
                    new Items(files.files().stream().map(MetainfoBuilder::entry).toList()));
        }
        if (isPrivate) {
            entries.put("private", new Int(1));
        }
        sourceTag.ifPresent(text -> entries.put("source", ByteString.of(text)));
        try {
            return Info.parse(BencodeWriter.write(Dictionary.of(entries)));
        } catch (ProtocolException e) {
            throw new IOException(SourceFiles.shown(source) + " does not fit in a torrent: " + e.getMessage(), e);
        }
    }

    private static BencodeValue entry(SourceFile file) {
        List<BencodeValue> path = file.name().stream()
                .map(component -> (BencodeValue) ByteString.of(component))
                .toList();
        return Dictionary.of(Map.of("length", new Int(file.length()), "path", new Items(path)));
    }

    private String sourceName() {
        Path fileName = source.toAbsolutePath().normalize().getFileName();
        return fileName == null ? "torrent" : fileName.toString(); // the root of a file system has no name
    }
}
