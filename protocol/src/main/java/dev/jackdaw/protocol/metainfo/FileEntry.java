package dev.jackdaw.protocol.metainfo;

import java.util.List;

/// One file of a torrent.
///
/// @param path    the safe path below the download directory, the torrent's name first where there is one: components
///                that are never empty, `.`, `..`, absolute, reserved or over-long, and unique among the torrent's
///                files
/// @param offset  where the file begins in the torrent's bytes
/// @param length  bytes; 0 is allowed
/// @param padding whether it only aligns the next file to a piece (BEP 47): zeros, never on disk
/// @param executable BEP 47 attribute `x`
/// @param hidden  BEP 47 attribute `h`
public record FileEntry(
        List<String> path, long offset, long length, boolean padding, boolean executable, boolean hidden) {
    public FileEntry {
        path = List.copyOf(path);
    }

    /// A plain file.
    public FileEntry(List<String> path, long offset, long length) {
        this(path, offset, length, false, false, false);
    }

    /// The same file at another path, which must be safe, or one at which it was found.
    FileEntry at(List<String> otherPath) {
        return new FileEntry(otherPath, offset, length, padding, executable, hidden);
    }

    /// The path with `/` between its components, for people.
    public String displayPath() {
        return String.join("/", path);
    }
}
