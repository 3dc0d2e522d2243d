package dev.jackdaw.peer;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;

/// What identifies a torrent to be added.
public sealed interface TorrentSource {
    InfoHash infoHash();

    /// A parsed `.torrent` file.
    record TorrentFile(Metainfo metainfo) implements TorrentSource {
        @Override
        public InfoHash infoHash() {
            return metainfo.info().infoHash();
        }
    }

    /// A magnet link; the info dictionary comes from peers (BEP 9).
    record Magnet(MagnetLink link) implements TorrentSource {
        @Override
        public InfoHash infoHash() {
            return link.infoHash();
        }
    }

    /// Reads a `.torrent` file.
    ///
    /// @throws SessionException if it cannot be read or is not a torrent, with the reason
    static TorrentSource file(Path file) {
        try {
            return new TorrentFile(Metainfo.read(file));
        } catch (IOException e) {
            throw new SessionException("cannot read " + file + ": " + e, e);
        } catch (ProtocolException e) {
            throw new SessionException(file + " is not a torrent: " + e.getMessage(), e);
        }
    }

    /// Parses a magnet link.
    ///
    /// @throws SessionException if it is not one, with the reason
    static TorrentSource magnet(String uri) {
        try {
            return new Magnet(MagnetLink.parse(uri));
        } catch (ProtocolException e) {
            throw new SessionException("not a magnet link: " + e.getMessage(), e);
        }
    }
}
