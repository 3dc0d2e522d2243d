package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The info dictionary (BEP 3): what is shared, apart from where to find it. Immutable.
///
/// It is known from the start with a `.torrent` file, and arrives from peers with a magnet link (BEP 9).
public final class Info {
    /// Bytes of a v1 piece hash, SHA-1.
    public static final int PIECE_HASH_LENGTH = 20;
    /// 512 MiB. Real torrents have 16 KiB to 64 MiB; a larger piece is refused, since nothing of it can be trusted
    /// before all of it is there.
    public static final int MAX_PIECE_LENGTH = 512 << 20;
    /// Pieces of a torrent; more are refused. Bounds every bitfield to 256 KiB.
    public static final int MAX_PIECES = 1 << 21;
    /// Files of a torrent, padding included; more are refused.
    public static final int MAX_FILES = 200_000;

    private final InfoHash infoHash;
    private final byte[] bytes;
    private final String name;
    private final PieceLayout layout;
    private final byte[] pieceHashes;
    private final List<FileEntry> files;
    private final boolean isPrivate;
    private final List<String> renamed;
    private final Map<Integer, List<String>> originalPaths;

    /// @param bytes       the dictionary's original bytes, of which the info-hash was taken
    /// @param name        the safe name of the file or of the directory
    /// @param pieceHashes 20 bytes a piece
    /// @param originalPaths by index in `files`, only those that differ from the safe ones
    Info(
            InfoHash infoHash,
            byte[] bytes,
            String name,
            PieceLayout layout,
            byte[] pieceHashes,
            List<FileEntry> files,
            boolean isPrivate,
            List<String> renamed,
            Map<Integer, List<String>> originalPaths) {
        this.infoHash = infoHash;
        this.bytes = bytes;
        this.name = name;
        this.layout = layout;
        this.pieceHashes = pieceHashes;
        this.files = List.copyOf(files);
        this.isPrivate = isPrivate;
        this.renamed = List.copyOf(renamed);
        this.originalPaths = Map.copyOf(originalPaths);
    }

    /// Reads an info dictionary as it came from peers (BEP 9) or stands in a `.torrent` file.
    ///
    /// @param infoBytes the dictionary and nothing else; kept, so not to be written to
    /// @throws ProtocolException with one sentence that says which field was refused, and why
    public static Info parse(byte[] infoBytes) throws ProtocolException {
        return InfoParser.parse(infoBytes, Bencode.readDictionary(infoBytes, BencodeLimits.METAINFO));
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    /// The dictionary's original bytes, as peers exchange them (BEP 9). Shared, not to be written to.
    public byte[] bytes() {
        return bytes;
    }

    /// The safe name of the file, or of the directory of files.
    public String name() {
        return name;
    }

    public PieceLayout layout() {
        return layout;
    }

    /// The expected SHA-1 of a piece, a new array of 20 bytes.
    public byte[] pieceHash(int piece) {
        int from = piece * PIECE_HASH_LENGTH;
        return Arrays.copyOfRange(pieceHashes, from, from + PIECE_HASH_LENGTH);
    }

    /// Whether that SHA-1 is the one expected of the piece.
    public boolean matches(int piece, byte[] sha1) {
        int from = piece * PIECE_HASH_LENGTH;
        return Arrays.equals(sha1, 0, PIECE_HASH_LENGTH, pieceHashes, from, from + PIECE_HASH_LENGTH);
    }

    /// In the torrent's order, padding files included; offsets ascend without gaps and end at the total length.
    public List<FileEntry> files() {
        return files;
    }

    /// BEP 27: peers only from the torrent's own trackers.
    public boolean isPrivate() {
        return isPrivate;
    }

    /// What was changed in file names to make them safe, a sentence each, fit to show.
    public List<String> renamed() {
        return renamed;
    }

    /// The path of a file as the torrent has it, the torrent's name first: what a web seed serves it under (BEP 19).
    /// **Not safe on a disk**, and not fit to show without [dev.jackdaw.protocol.Printable].
    ///
    /// @param file index in [#files()]
    public List<String> originalPath(int file) {
        List<String> original = originalPaths.get(file);
        return original == null ? files.get(file).path() : original;
    }

    /// The same torrent, with files at their original paths if that is where they are: content that was not made by a
    /// download has its own names, `R.E.M.` or `aux.c`. A folder of which a file was found has its own name for
    /// all of its files. No two files get one path, whatever the torrent says.
    ///
    /// @param isThere whether there is a file of exactly that path on disk
    public Info withNamesOnDisk(Predicate<List<String>> isThere) {
        Map<List<String>, List<String>> onDisk = originalPaths.isEmpty() ? Map.of() : originalsOnDisk(isThere);
        if (onDisk.isEmpty()) {
            return this;
        }
        Set<List<String>> taken = new HashSet<>();
        files.forEach(file -> taken.add(file.path()));
        List<FileEntry> placed = new ArrayList<>(files);
        Map<Integer, List<String>> changed = new HashMap<>(originalPaths);
        for (int i = 0; i < files.size(); i++) {
            List<String> safe = files.get(i).path();
            List<String> path = withBeginning(safe, onDisk);
            if (!path.equals(safe) && !isThere.test(safe) && taken.add(path)) {
                placed.set(i, files.get(i).at(path));
                changed.remove(i, path);
            }
        }
        String nameOnDisk = onDisk.getOrDefault(List.of(name), List.of(name)).getFirst();
        return new Info(infoHash, bytes, nameOnDisk, layout, pieceHashes, placed, isPrivate, renamed, changed);
    }

    /// By its safe path the original one of each file that is found there, and of the folders that it is in.
    private Map<List<String>, List<String>> originalsOnDisk(Predicate<List<String>> isThere) {
        Set<List<String>> others = new HashSet<>();
        files.forEach(file -> others.add(file.path()));
        Map<List<String>, List<String>> originals = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            List<String> safe = files.get(i).path();
            List<String> original = originalPath(i);
            if (!original.equals(safe)
                    && original.stream().allMatch(SafePaths::isNameHere)
                    && others.add(original)
                    && isThere.test(original)
                    && !isThere.test(safe)) {
                for (int depth = 1; depth <= safe.size(); depth++) {
                    originals.putIfAbsent(safe.subList(0, depth), original.subList(0, depth));
                }
            }
        }
        return originals;
    }

    /// The path with as much of its beginning exchanged as there is something for.
    private static List<String> withBeginning(List<String> path, Map<List<String>, List<String>> beginnings) {
        for (int depth = path.size(); depth > 0; depth--) {
            List<String> beginning = beginnings.get(path.subList(0, depth));
            if (beginning != null) {
                List<String> other = new ArrayList<>(beginning);
                other.addAll(path.subList(depth, path.size()));
                return List.copyOf(other);
            }
        }
        return path;
    }

    /// The same torrent with a file, or a folder and all that is in it, under another name. What it is called by
    /// peers and web seeds stays as it is.
    ///
    /// @param path as it is now: the path of a file, or its beginning. One component is the torrent itself
    /// @param name what its last component is to be
    /// @throws IllegalArgumentException if the torrent has no such path, the name is not safe on a disk, or one
    ///         beside it has a name that a file system may take for the same; a sentence fit to show
    public Info withName(List<String> path, String name) {
        int depth = path.size() - 1;
        List<FileEntry> placed = new ArrayList<>(files);
        Map<Integer, List<String>> originals = new HashMap<>(originalPaths);
        boolean found = false;
        for (int i = 0; i < files.size(); i++) {
            List<String> now = files.get(i).path();
            if (files.get(i).padding()
                    || now.size() <= depth
                    || !now.subList(0, depth).equals(path.subList(0, depth))) {
                continue;
            }
            if (!now.get(depth).equals(path.get(depth))) {
                if (SafePaths.meet(now.get(depth), name)) {
                    throw new IllegalArgumentException(SafePaths.quote(List.of(now.get(depth))) + " is there already");
                }
                continue;
            }
            found = true;
            List<String> after = new ArrayList<>(now);
            after.set(depth, name);
            SafePaths.refusal(after).ifPresent(reason -> {
                throw new IllegalArgumentException(reason);
            });
            placed.set(i, files.get(i).at(after));
            if (!originals.computeIfAbsent(i, same -> now).equals(after)) {
                continue;
            }
            originals.remove(i);
        }
        if (!found) {
            throw new IllegalArgumentException("the torrent has no " + SafePaths.quote(path));
        }
        return new Info(
                infoHash,
                bytes,
                depth == 0 ? name : this.name,
                layout,
                pieceHashes,
                placed,
                isPrivate,
                renamed,
                originals);
    }

    /// Two are equal if their info-hashes are, which stand for all their bytes.
    @Override
    public boolean equals(Object other) {
        return other instanceof Info that && infoHash.equals(that.infoHash);
    }

    @Override
    public int hashCode() {
        return infoHash.hashCode();
    }

    @Override
    public String toString() {
        return infoHash.abbreviated() + " " + files.size() + " files, " + layout.pieceCount() + " pieces";
    }
}
