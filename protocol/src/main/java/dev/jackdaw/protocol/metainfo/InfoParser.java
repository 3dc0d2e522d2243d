package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Sha1;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Turns one info dictionary into an [Info]: every field checked, every name made safe (BEP 3, 27, 47).
///
/// A hybrid torrent (BEP 52) is used by its v1 part; its v2 keys are left alone.
final class InfoParser {
    private final byte[] bytes;
    private final Dictionary dictionary;
    private final InfoHash infoHash;
    private final SafePaths paths = new SafePaths();
    private final Map<Integer, List<String>> originals = new HashMap<>();
    private long totalLength;
    private long contentLength;

    private InfoParser(byte[] bytes, Dictionary dictionary) {
        this.bytes = bytes;
        this.dictionary = dictionary;
        this.infoHash = InfoHash.of(Sha1.hash(bytes));
    }

    /// @param bytes      the dictionary's original bytes
    /// @param dictionary what they were read as
    static Info parse(byte[] bytes, Dictionary dictionary) throws ProtocolException {
        return new InfoParser(bytes, dictionary).parse();
    }

    private Info parse() throws ProtocolException {
        byte[] hashes = dictionary.bytes("pieces").orElseThrow(this::withoutPieces);
        long pieceLength = required(dictionary, "piece length");
        if (pieceLength <= 0 || pieceLength > Info.MAX_PIECE_LENGTH) {
            throw bad("\"piece length\" is " + pieceLength + ", expected 1 to " + Info.MAX_PIECE_LENGTH);
        }
        boolean isPrivate = dictionary.integer("private").orElse(0) != 0;
        String rawName = text(dictionary, "name").orElseThrow(() -> missing("name"));
        List<FileEntry> files = files(rawName);
        if (contentLength == 0) {
            throw bad("no content: the total length is 0");
        }
        PieceLayout layout = layout((int) pieceLength, hashes.length);
        // A directory is its files' first component, which may have been numbered; a single file is its own.
        String name = files.stream()
                .filter(file -> !file.padding())
                .findFirst()
                .map(file -> file.path().getFirst())
                .orElseThrow(() -> bad("no file but padding"));
        return new Info(infoHash, bytes, name, layout, hashes, files, isPrivate, paths.renamed(), originals);
    }

    private List<FileEntry> files(String rawName) throws ProtocolException {
        Optional<List<BencodeValue>> list = dictionary.list("files");
        OptionalLong length = dictionary.integer("length");
        if (list.isPresent() && length.isPresent()) {
            throw new ProtocolException(Violation.UNEXPECTED, "both \"length\" and \"files\", expected one of them");
        }
        String name = SafePaths.isNothing(rawName) ? infoHash.hex() : rawName;
        if (!name.equals(rawName)) {
            paths.report("the name " + SafePaths.quote(List.of(rawName)) + " is replaced by the info-hash");
        }
        if (list.isEmpty()) {
            if (length.isEmpty()) {
                throw new ProtocolException(Violation.MISSING_FIELD, "neither \"length\" nor \"files\"");
            }
            return List.of(file(0, List.of(name), rawName, length.getAsLong(), attributes(dictionary), dictionary));
        }
        List<BencodeValue> entries = list.get();
        if (entries.isEmpty()) {
            throw bad("\"files\" is empty");
        }
        if (entries.size() > Info.MAX_FILES) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, entries.size() + " files, the limit is " + Info.MAX_FILES);
        }
        List<FileEntry> files = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            try {
                files.add(entry(i, name, rawName, entries.get(i)));
            } catch (ProtocolException e) {
                throw new ProtocolException(e.violation(), "file " + i + ": " + e.getMessage());
            }
        }
        return files;
    }

    private FileEntry entry(int index, String name, String rawName, BencodeValue value) throws ProtocolException {
        if (!(value instanceof Dictionary entry)) {
            throw bad("not a dictionary");
        }
        String attributes = attributes(entry);
        boolean link = attributes.contains("l");
        OptionalLong given = entry.integer("length");
        if (given.isEmpty() && !link) {
            throw missing("length");
        }
        long length = given.orElse(0);
        if (attributes.contains("p")) {
            // Its own path means nothing (BEP 47), and a file that never reaches the disk must not displace others.
            return add(paths.padding(name, index), length, attributes);
        }
        List<String> raw = new ArrayList<>();
        raw.add(name);
        raw.addAll(path(entry));
        return file(index, raw, rawName, length, attributes, entry);
    }

    private FileEntry file(
            int index, List<String> raw, String rawName, long length, String attributes, Dictionary entry)
            throws ProtocolException {
        List<String> safe = paths.file(raw);
        List<String> original = new ArrayList<>(raw);
        original.set(0, rawName);
        if (!safe.equals(original)) {
            originals.put(index, List.copyOf(original));
        }
        if (attributes.contains("l")) {
            paths.report("the link " + SafePaths.quote(safe) + " to " + SafePaths.quote(target(entry))
                    + " is not made, an empty file stands for it");
        }
        return add(safe, length, attributes);
    }

    private FileEntry add(List<String> path, long length, String attributes) throws ProtocolException {
        if (length < 0) {
            throw bad("\"length\" is " + length + ", expected 0 or more");
        }
        long offset = totalLength;
        if (Long.MAX_VALUE - offset < length) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, "lengths that add up to more than 2^63 - 1");
        }
        totalLength += length;
        boolean padding = attributes.contains("p");
        if (!padding) {
            contentLength += length;
        }
        return new FileEntry(path, offset, length, padding, attributes.contains("x"), attributes.contains("h"));
    }

    private PieceLayout layout(int pieceLength, int hashesLength) throws ProtocolException {
        if (hashesLength % Info.PIECE_HASH_LENGTH != 0) {
            throw bad("\"pieces\" of " + hashesLength + " bytes, expected a multiple of " + Info.PIECE_HASH_LENGTH);
        }
        long pieces = Math.ceilDiv(totalLength, pieceLength);
        if (pieces > Info.MAX_PIECES) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, pieces + " pieces, the limit is " + Info.MAX_PIECES);
        }
        if (pieces != hashesLength / Info.PIECE_HASH_LENGTH) {
            throw bad("\"pieces\" holds " + hashesLength / Info.PIECE_HASH_LENGTH + " hashes, expected " + pieces
                    + " for " + totalLength + " bytes in pieces of " + pieceLength);
        }
        return new PieceLayout(totalLength, pieceLength);
    }

    private static List<String> path(Dictionary entry) throws ProtocolException {
        List<BencodeValue> components = entry.get("path.utf-8").isPresent()
                ? entry.list("path.utf-8").orElseThrow()
                : entry.list("path").orElseThrow(() -> missing("path"));
        if (components.isEmpty()) {
            throw bad("\"path\" is empty");
        }
        return strings(components, "path");
    }

    /// Where a link would lead, for people only.
    private static List<String> target(Dictionary entry) throws ProtocolException {
        return strings(entry.list("symlink path").orElse(List.of()), "symlink path");
    }

    private static List<String> strings(List<BencodeValue> values, String key) throws ProtocolException {
        List<String> strings = new ArrayList<>(values.size());
        for (BencodeValue value : values) {
            if (!(value instanceof ByteString string)) {
                throw bad("\"" + key + "\" holds something that is not a string");
            }
            strings.add(string.text());
        }
        return strings;
    }

    private static String attributes(Dictionary entry) throws ProtocolException {
        return new String(entry.bytes("attr").orElse(new byte[0]), StandardCharsets.ISO_8859_1);
    }

    /// The text under `key`, or rather under its `.utf-8` variant where there is one.
    private static Optional<String> text(Dictionary dictionary, String key) throws ProtocolException {
        Optional<String> explicit = dictionary.text(key + ".utf-8");
        return explicit.isPresent() ? explicit : dictionary.text(key);
    }

    private static long required(Dictionary dictionary, String key) throws ProtocolException {
        return dictionary.integer(key).orElseThrow(() -> missing(key));
    }

    private ProtocolException withoutPieces() {
        return dictionary.get("meta version").isPresent()
                        || dictionary.get("file tree").isPresent()
                ? new ProtocolException(
                        Violation.UNEXPECTED, "a torrent of BitTorrent v2 only, which is not supported yet")
                : missing("pieces");
    }

    private static ProtocolException missing(String key) {
        return new ProtocolException(Violation.MISSING_FIELD, "\"" + key + "\" is missing");
    }

    private static ProtocolException bad(String detail) {
        return new ProtocolException(Violation.BAD_VALUE, detail);
    }
}
