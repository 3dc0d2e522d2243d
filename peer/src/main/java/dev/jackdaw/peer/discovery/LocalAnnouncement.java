package dev.jackdaw.peer.discovery;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// "I am in these swarms, and listen on this port": one datagram to the local network (BEP 14, `BT-SEARCH`).
///
/// @param port       1 … 65535
/// @param infoHashes 1 … [#MAX_INFO_HASHES]
/// @param cookie     by which the sender knows its own announcements
record LocalAnnouncement(int port, List<InfoHash> infoHashes, Optional<String> cookie) {
    /// BEP 14: longer datagrams could be fragmented. Longer ones are refused.
    static final int MAX_LENGTH = 1400;
    /// As many as fit with all the rest.
    static final int MAX_INFO_HASHES = 24;

    private static final String FIRST_LINE = "BT-SEARCH * HTTP/1.1";
    private static final int MAX_COOKIE = 64;

    LocalAnnouncement {
        infoHashes = List.copyOf(infoHashes);
    }

    /// @param host of the multicast group, with its port, as a `Host` header has it
    byte[] encode(String host) {
        StringBuilder text = new StringBuilder(256)
                .append(FIRST_LINE)
                .append("\r\nHost: ")
                .append(host)
                .append("\r\nPort: ")
                .append(port)
                .append("\r\n");
        infoHashes.forEach(
                infoHash -> text.append("Infohash: ").append(infoHash.hex()).append("\r\n"));
        cookie.ifPresent(value -> text.append("cookie: ").append(value).append("\r\n"));
        return text.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads a datagram; headers that are not known are ignored, and info-hashes beyond the bound.
    static LocalAnnouncement parse(byte[] datagram, int length) throws ProtocolException {
        if (length > MAX_LENGTH) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "local announcement of " + length + " bytes, the limit is " + MAX_LENGTH);
        }
        String[] lines = new String(datagram, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        if (!lines[0].equals(FIRST_LINE)) {
            throw new ProtocolException(Violation.MALFORMED, "local announcement without " + FIRST_LINE);
        }
        int port = 0;
        List<InfoHash> infoHashes = new ArrayList<>();
        Optional<String> cookie = Optional.empty();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1).strip();
            switch (colon < 0 ? "" : lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
                case "port" -> port = port(value);
                case "infohash" -> {
                    if (infoHashes.size() < MAX_INFO_HASHES) {
                        infoHashes.add(infoHash(value));
                    }
                }
                case "cookie" -> cookie = Optional.of(value).filter(text -> text.length() <= MAX_COOKIE);
                default -> {} // BEP 14: other headers should be ignored
            }
        }
        if (port == 0 || infoHashes.isEmpty()) {
            throw new ProtocolException(
                    Violation.MISSING_FIELD, "local announcement without " + (port == 0 ? "Port" : "Infohash"));
        }
        return new LocalAnnouncement(port, infoHashes, cookie);
    }

    private static int port(String value) throws ProtocolException {
        int port = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : 0;
        if (port < 1 || port > 0xffff) {
            throw new ProtocolException(Violation.BAD_VALUE, "local announcement with another port than 1 to 65535");
        }
        return port;
    }

    private static InfoHash infoHash(String value) throws ProtocolException {
        if (!value.matches("[0-9A-Fa-f]{40}")) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "local announcement with an info-hash that is not 40 hexadecimal digits");
        }
        return InfoHash.ofHex(value);
    }
}
