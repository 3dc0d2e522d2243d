package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A `.torrent` file: the [Info] and where to find peers. Immutable.
///
/// @param trackers tiers of announce URLs (BEP 12), `http`, `https` or `udp`, without repeats
/// @param webSeeds `url-list` (BEP 19)
/// @param httpSeeds `httpseeds` (BEP 17)
/// @param nodes    DHT nodes (BEP 5)
/// @param renamed  what was changed in file names to make them safe, a sentence each
public record Metainfo(
        Info info,
        List<List<String>> trackers,
        List<String> webSeeds,
        List<String> httpSeeds,
        List<HostAndPort> nodes,
        Optional<String> comment,
        Optional<String> createdBy,
        Optional<Instant> creationDate,
        Optional<String> source,
        List<String> renamed) {

    /// A host by name or address, as files and links have them; unresolved.
    public record HostAndPort(String host, int port) {}

    /// Parses a `.torrent` file's bytes.
    public static Metainfo parse(byte[] bytes) throws ProtocolException {
        throw new UnsupportedOperationException();
    }

    /// Reads a `.torrent` file, refusing an over-long one before it is read.
    public static Metainfo read(Path file) throws IOException, ProtocolException {
        throw new UnsupportedOperationException();
    }
}
