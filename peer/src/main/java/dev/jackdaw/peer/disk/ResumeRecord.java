package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The content of a `resume` file: a bencoded dictionary.
///
/// @param epoch  ascends with each checkpoint; the journal's entries of this epoch and later ones are not in `have`
/// @param active whether pieces may have been written after this was
/// @param have   pieces that were forced to the device before this was written; of size 0 if nothing is known of them
/// @param files  each file as it was after that, in the torrent's order, and the part file last
record ResumeRecord(ResumeState state, int epoch, boolean active, Bitfield have, List<Optional<Folder.Facts>> files) {
    static final int VERSION = 1;

    private static final BencodeLimits LIMITS = new BencodeLimits(StateFiles.MAX_LENGTH, 4, 50_000, false, false);
    private static final int FACTS_LENGTH = 16;
    private static final long NO_FILE = -1;

    ResumeRecord {
        files = List.copyOf(files);
    }

    /// Of a torrent of which it is not known which pieces are there, so that all will be hashed.
    static ResumeRecord ofUnknownPieces(ResumeState state) {
        return new ResumeRecord(state, 0, false, new Bitfield(0), List.of());
    }

    ResumeRecord withState(ResumeState now) {
        return new ResumeRecord(now, epoch, active, have, files);
    }

    ResumeRecord withActive(boolean nowActive) {
        return new ResumeRecord(state, epoch, nowActive, have, files);
    }

    /// Whether a record of a later epoch would tell a reader nothing new. What was journalled since the earlier one is
    /// found by either, and is among the pieces of both.
    boolean saysTheSameAs(ResumeRecord later) {
        return Arrays.equals(new ResumeRecord(state, later.epoch, active, have, files).encode(), later.encode());
    }

    byte[] encode() {
        Map<String, BencodeValue> entries = new LinkedHashMap<>();
        entries.put("active", new Int(active ? 1 : 0));
        entries.put("added", new Int(state.added().toEpochMilli()));
        state.completed().ifPresent(time -> entries.put("completed", new Int(time.toEpochMilli())));
        entries.put("corrupt", new Int(state.corruptBytes()));
        entries.put("directory", ByteString.of(state.directory().toString()));
        entries.put("downloaded", new Int(state.downloadedBytes()));
        entries.put("epoch", new Int(epoch));
        entries.put("files", new ByteString(encodeFiles()));
        entries.put("have", new ByteString(have.toWire()));
        entries.put("info-hash", new ByteString(state.infoHash().toBytes()));
        entries.put("max-down", new Int(state.maxDownloadRate()));
        entries.put("max-up", new Int(state.maxUploadRate()));
        entries.put("paused", new Int(state.paused() ? 1 : 0));
        entries.put(
                "peers",
                new Items(state.peers().stream()
                        .map(peer -> (BencodeValue) new ByteString(peer.toCompact()))
                        .toList()));
        entries.put("pieces", new Int(have.size()));
        entries.put("priorities", new ByteString(state.priorities()));
        entries.put(
                "renames",
                new Items(state.renames().stream()
                        .map(rename ->
                                (BencodeValue) new Items(Stream.concat(rename.path().stream(), Stream.of(rename.name()))
                                        .map(name -> (BencodeValue) ByteString.of(name))
                                        .toList()))
                        .toList()));
        entries.put("rest-skipped", new Int(state.restSkipped() ? 1 : 0));
        entries.put("sequential", new Int(state.sequential() ? 1 : 0));
        entries.put(
                "trackers",
                new Items(state.trackers().stream()
                        .map(tier -> (BencodeValue) new Items(tier.stream()
                                .map(url -> (BencodeValue) ByteString.of(url))
                                .toList()))
                        .toList()));
        entries.put("uploaded", new Int(state.uploadedBytes()));
        entries.put("wasted", new Int(state.wastedBytes()));
        return BencodeWriter.write(Dictionary.of(entries));
    }

    private byte[] encodeFiles() {
        ByteBuffer bytes = ByteBuffer.allocate(files.size() * FACTS_LENGTH);
        for (Optional<Folder.Facts> file : files) {
            bytes.putLong(file.map(Folder.Facts::size).orElse(NO_FILE));
            bytes.putLong(file.map(Folder.Facts::modifiedNanos).orElse(0L));
        }
        return bytes.array();
    }

    static ResumeRecord decode(byte[] bytes) throws ProtocolException {
        Dictionary root = Bencode.readDictionary(bytes, LIMITS);
        int pieces = (int) root.integer("pieces").orElse(0);
        byte[] have = root.bytes("have").orElse(new byte[0]);
        if (pieces < 0 || have.length != Bitfield.wireLength(pieces)) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, have.length + " bytes of bitfield for " + pieces + " pieces");
        }
        return new ResumeRecord(
                decodeState(root),
                (int) root.integer("epoch").orElse(0),
                root.integer("active").orElse(1) != 0,
                Bitfield.ofWire(pieces, have),
                decodeFiles(root.bytes("files").orElse(new byte[0])));
    }

    private static ResumeState decodeState(Dictionary root) throws ProtocolException {
        byte[] infoHash = root.bytes("info-hash").orElse(new byte[0]);
        if (infoHash.length != InfoHash.LENGTH) {
            throw new ProtocolException(Violation.BAD_VALUE, "info-hash of " + infoHash.length + " bytes");
        }
        Optional<Instant> completed = root.integer("completed").isPresent()
                ? Optional.of(Instant.ofEpochMilli(root.integer("completed").getAsLong()))
                : Optional.empty();
        return new ResumeState(
                InfoHash.of(infoHash),
                decodePath(root.text("directory").orElse("")),
                root.integer("paused").orElse(0) != 0,
                root.integer("sequential").orElse(0) != 0,
                root.integer("downloaded").orElse(0),
                root.integer("uploaded").orElse(0),
                root.integer("wasted").orElse(0),
                root.integer("corrupt").orElse(0),
                Instant.ofEpochMilli(root.integer("added").orElse(0)),
                completed,
                root.bytes("priorities").orElse(new byte[0]),
                root.integer("rest-skipped").orElse(0) != 0,
                root.integer("max-down").orElse(0),
                root.integer("max-up").orElse(0),
                decodeTexts(root.list("trackers").orElse(List.of()), "trackers"),
                decodePeers(root.list("peers").orElse(List.of())),
                decodeRenames(root.list("renames").orElse(List.of())));
    }

    private static Path decodePath(String text) throws ProtocolException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ProtocolException(Violation.BAD_VALUE, "directory: " + e.getReason());
        }
    }

    private static List<Optional<Folder.Facts>> decodeFiles(byte[] bytes) throws ProtocolException {
        if (bytes.length % FACTS_LENGTH != 0) {
            throw new ProtocolException(Violation.BAD_VALUE, bytes.length + " bytes of files");
        }
        List<Optional<Folder.Facts>> files = new ArrayList<>(bytes.length / FACTS_LENGTH);
        for (ByteBuffer in = ByteBuffer.wrap(bytes); in.hasRemaining(); ) {
            long size = in.getLong();
            long modifiedNanos = in.getLong();
            files.add(size < 0 ? Optional.empty() : Optional.of(new Folder.Facts(size, modifiedNanos)));
        }
        return files;
    }

    private static List<Rename> decodeRenames(List<BencodeValue> values) throws ProtocolException {
        List<Rename> result = new ArrayList<>();
        for (List<String> names : decodeTexts(values, "renames")) {
            if (names.size() < 2) {
                throw new ProtocolException(Violation.BAD_VALUE, "a rename of " + names.size() + " names");
            }
            result.add(new Rename(names.subList(0, names.size() - 1), names.getLast()));
        }
        return result;
    }

    private static List<List<String>> decodeTexts(List<BencodeValue> lists, String key) throws ProtocolException {
        List<List<String>> result = new ArrayList<>();
        for (BencodeValue list : lists) {
            if (!(list instanceof Items(List<BencodeValue> values))) {
                throw new ProtocolException(Violation.BAD_VALUE, key + " holds what is no list");
            }
            List<String> texts = new ArrayList<>();
            for (BencodeValue value : values) {
                if (!(value instanceof ByteString text)) {
                    throw new ProtocolException(Violation.BAD_VALUE, key + " holds what is no string");
                }
                texts.add(text.text());
            }
            result.add(texts);
        }
        return result;
    }

    private static List<PeerAddress> decodePeers(List<BencodeValue> peers) throws ProtocolException {
        List<PeerAddress> result = new ArrayList<>();
        for (BencodeValue peer : peers) {
            if (!(peer instanceof ByteString(byte[] compact))
                    || (compact.length != PeerAddress.COMPACT_V4_LENGTH
                            && compact.length != PeerAddress.COMPACT_V6_LENGTH)) {
                throw new ProtocolException(Violation.BAD_VALUE, "a peer that is no compact address");
            }
            result.add(
                    PeerAddress.readCompact(ByteBuffer.wrap(compact), compact.length == PeerAddress.COMPACT_V6_LENGTH));
        }
        return result;
    }
}
