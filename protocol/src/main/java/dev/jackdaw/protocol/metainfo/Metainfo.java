package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
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

    /// A host by name or address, as files and links have them; unresolved. An IPv6 address is without brackets.
    public record HostAndPort(String host, int port) {
        /// Chars of a host name (RFC 1035 allows 253).
        private static final int MAX_HOST_LENGTH = 255;

        /// Reads `name:port`, `192.0.2.1:port` or `[2001:db8::1]:port`; empty if it is nothing to connect to.
        public static Optional<HostAndPort> parse(String text) {
            int colon = text.lastIndexOf(':');
            if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
                return Optional.empty();
            }
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (!bracketed && host.indexOf(':') >= 0) {
                return Optional.empty();
            }
            return of(
                    bracketed ? host.substring(1, host.length() - 1) : host,
                    Integer.parseInt(text.substring(colon + 1)));
        }

        /// Takes a host and port from outside; empty if the port is not 1 … 65535 or the host holds anything but the
        /// characters of names and addresses.
        static Optional<HostAndPort> of(String host, long port) {
            boolean usable = host.length() <= MAX_HOST_LENGTH
                    && host.matches("[A-Za-z0-9_](?:[A-Za-z0-9._-]*)|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
            return usable && port > 0 && port <= 0xffff
                    ? Optional.of(new HostAndPort(host, (int) port))
                    : Optional.empty();
        }

        /// The same for a socket; a name is still to be looked up.
        public InetSocketAddress unresolved() {
            return InetSocketAddress.createUnresolved(host, port);
        }

        /// `host:port`, an IPv6 address in brackets.
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    public Metainfo {
        trackers = trackers.stream().map(List::copyOf).toList();
        webSeeds = List.copyOf(webSeeds);
        httpSeeds = List.copyOf(httpSeeds);
        nodes = List.copyOf(nodes);
        renamed = List.copyOf(renamed);
    }

    /// What is known of a torrent that came by a magnet link, once peers have sent its info dictionary.
    public static Metainfo of(Info info, MagnetLink link) {
        return new Metainfo(
                info,
                link.trackers().stream().map(List::of).toList(),
                link.webSeeds(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                info.renamed());
    }

    /// The same with an info dictionary that differs in where files are, see [Info#withNamesOnDisk].
    public Metainfo withInfo(Info other) {
        return new Metainfo(
                other, trackers, webSeeds, httpSeeds, nodes, comment, createdBy, creationDate, source, renamed);
    }

    /// Parses a `.torrent` file's bytes; line ends and blanks after them are let pass, as editors and scripts add them.
    ///
    /// The info dictionary must be right in every field that matters. What only helps to find peers or describes (
    /// trackers, seeds, nodes, texts, the date) is left out where it is unusable.
    ///
    /// @throws ProtocolException with one sentence that says what was refused, and why
    public static Metainfo parse(byte[] bytes) throws ProtocolException {
        return MetainfoParser.parse(bytes);
    }

    /// Reads a `.torrent` file, refusing an over-long one before it is read.
    public static Metainfo read(Path file) throws IOException, ProtocolException {
        int limit = BencodeLimits.METAINFO.maxBytes();
        long size = Files.size(file);
        if (size > limit) {
            throw tooLong(size + " bytes");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1); // the size of a device or pipe says nothing
            if (bytes.length > limit) {
                throw tooLong("more bytes");
            }
            return parse(bytes);
        }
    }

    /// The `.torrent` file: keys in order, the info dictionary in its original bytes.
    public byte[] toBytes() {
        return MetainfoWriter.write(this);
    }

    private static ProtocolException tooLong(String seen) {
        return new ProtocolException(
                Violation.LIMIT_EXCEEDED,
                seen + ", the limit for a torrent file is " + BencodeLimits.METAINFO.maxBytes());
    }
}
