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

    public MagnetLink {
        trackers = List.copyOf(trackers);
        webSeeds = List.copyOf(webSeeds);
        peers = List.copyOf(peers);
        only = List.copyOf(only);
    }

    /// A link to a torrent by nothing but its identity; peers come from the DHT.
    public static MagnetLink of(InfoHash infoHash) {
        return new MagnetLink(infoHash, Optional.empty(), List.of(), List.of(), List.of(), List.of());
    }

    /// A link to that torrent, with its name, trackers and web seeds.
    public static MagnetLink of(Metainfo metainfo) {
        return new MagnetLink(
                metainfo.info().infoHash(),
                Optional.of(metainfo.info().name()),
                metainfo.trackers().stream().flatMap(List::stream).toList(),
                metainfo.webSeeds(),
                List.of(),
                List.of());
    }

    /// Reads a link: strict about what it identifies, tolerant of everything else, which is left out where it is
    /// unusable or more than the limit for its kind.
    ///
    /// @throws ProtocolException if it is no magnet link, over-long, or names no torrent that can be downloaded
    public static MagnetLink parse(String uri) throws ProtocolException {
        return MagnetParser.parse(uri);
    }

    /// The link as text, in ASCII; [#parse(String)] gives it back.
    public String toUri() {
        return MagnetParser.format(this);
    }
}
