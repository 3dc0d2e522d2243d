package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import java.util.List;
import java.util.Optional;

/// A magnet link (BEP 9, 53).
///
/// @param displayName `dn`, made safe as a file name
/// @param trackers    `tr`
/// @param webSeeds    `ws`
/// @param peers       `x.pe`
/// @param only        `so`: indexes of the files to select; empty for all
public record MagnetLink(
        InfoHash infoHash,
        Optional<String> displayName,
        List<String> trackers,
        List<String> webSeeds,
        List<Metainfo.HostAndPort> peers,
        List<Integer> only) {

    public static MagnetLink parse(String uri) throws ProtocolException {
        throw new UnsupportedOperationException();
    }
}
