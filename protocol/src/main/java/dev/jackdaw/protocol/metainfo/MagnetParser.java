package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Printable;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.codec.binary.Base32;

/// Reads and writes magnet links: `magnet:?xt=urn:btih:…&dn=…&tr=…&ws=…&x.pe=…&so=…` (BEP 9, 53).
///
/// A parameter may carry a number (`tr.1`), as the magnet scheme has it for repeats. `+` is a blank, since links are
/// written as query strings; a `%` that starts no escape stands for itself.
final class MagnetParser {
    /// Chars of a link; a longer one is refused.
    static final int MAX_LENGTH = 64 * 1024;
    /// Parameters of a link; a link with more is refused.
    static final int MAX_PARAMETERS = 1_024;
    /// Peers of a link; further ones are left out.
    static final int MAX_PEERS = 128;

    private static final String SCHEME = "magnet:";
    private static final String BTIH = "urn:btih:";
    private static final String BTMH = "urn:btmh:";
    /// Chars of a wrong value in a message.
    private static final int SHOWN_LENGTH = 80;

    private final Set<InfoHash> hashes = new LinkedHashSet<>();
    private final Set<String> trackers = new LinkedHashSet<>();
    private final Set<String> webSeeds = new LinkedHashSet<>();
    private final Set<HostAndPort> peers = new LinkedHashSet<>();
    private final BitSet only = new BitSet();
    private String displayName = "";
    private boolean v2;
    private String otherTopic = "";
    private boolean publisher;

    private MagnetParser() {}

    /// One of a link's parameters.
    ///
    /// @param key   in lower case, without the number of a repeat
    /// @param value decoded
    record Parameter(String key, String value) {}

    static MagnetLink parse(String uri) throws ProtocolException {
        MagnetParser parser = new MagnetParser();
        for (Parameter parameter : parameters(uri)) {
            parser.accept(parameter.key(), parameter.value());
        }
        return parser.link();
    }

    /// What a link says, in its order.
    static List<Parameter> parameters(String uri) throws ProtocolException {
        String link = uri.strip();
        if (link.length() > MAX_LENGTH) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED,
                    "a magnet link of " + link.length() + " characters, the limit is " + MAX_LENGTH);
        }
        if (!link.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new ProtocolException(Violation.MALFORMED, "no magnet link: does not begin with \"magnet:?\"");
        }
        int start = SCHEME.length();
        if (!link.startsWith("?", start)) {
            throw new ProtocolException(Violation.MALFORMED, "a magnet link without parameters");
        }
        int fragment = link.indexOf('#', start);
        String[] texts = link.substring(start + 1, fragment < 0 ? link.length() : fragment)
                .split("&(?:amp;)?", MAX_PARAMETERS + 1);
        if (texts.length > MAX_PARAMETERS) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "a magnet link of more than " + MAX_PARAMETERS + " parameters");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals > 0) {
                parameters.add(new Parameter(key(text.substring(0, equals)), decode(text.substring(equals + 1))));
            }
        }
        return parameters;
    }

    /// Lower case, without the number of a repeat.
    private static String key(String raw) {
        return decode(raw).toLowerCase(Locale.ROOT).replaceFirst("\\.[0-9]{1,4}$", "");
    }

    private void accept(String key, String value) throws ProtocolException {
        switch (key) {
            case "xt" -> topic(value);
            case "dn" -> displayName = displayName.isEmpty() ? value : displayName;
            case "tr" ->
                RemoteUrls.tracker(value)
                        .filter(url -> trackers.size() < RemoteUrls.MAX_TRACKERS)
                        .ifPresent(trackers::add);
            case "ws" ->
                RemoteUrls.seed(value)
                        .filter(url -> webSeeds.size() < RemoteUrls.MAX_SEEDS)
                        .ifPresent(webSeeds::add);
            case "x.pe" ->
                HostAndPort.parse(value.strip())
                        .filter(peer -> peers.size() < MAX_PEERS)
                        .ifPresent(peers::add);
            case "so" -> select(value);
            case "xs" -> publisher |= PublisherLink.isPublisher(value);
            default -> {} // a parameter of another kind of network, or of a later time
        }
    }

    private void topic(String value) throws ProtocolException {
        if (startsWith(value, BTIH)) {
            hashes.add(infoHash(value.substring(BTIH.length())));
        } else if (startsWith(value, BTMH)) {
            v2 = true;
        } else {
            otherTopic = value;
        }
    }

    private static boolean startsWith(String value, String prefix) {
        return value.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static InfoHash infoHash(String text) throws ProtocolException {
        if (text.matches("[0-9A-Fa-f]{40}")) {
            return InfoHash.ofHex(text);
        }
        if (text.matches("[A-Za-z2-7]{32}")) {
            return InfoHash.of(new Base32().decode(text.toUpperCase(Locale.ROOT)));
        }
        throw new ProtocolException(
                Violation.BAD_VALUE,
                "\"" + Printable.of(text, SHOWN_LENGTH)
                        + "\" is no info-hash, expected 40 hexadecimal or 32 base32 digits");
    }

    private MagnetLink link() throws ProtocolException {
        if (hashes.size() > 1) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "a magnet link to " + hashes.size() + " different torrents, expected one");
        }
        if (hashes.isEmpty() && publisher) {
            throw new ProtocolException(
                    Violation.UNEXPECTED, "a magnet link to a publisher, who is asked for a torrent first (BEP 46)");
        }
        if (hashes.isEmpty()) {
            throw v2
                    ? new ProtocolException(
                            Violation.UNEXPECTED,
                            "a magnet link to a torrent of BitTorrent v2 only, which is not supported yet")
                    : new ProtocolException(
                            Violation.MISSING_FIELD,
                            otherTopic.isEmpty()
                                    ? "a magnet link without \"xt=urn:btih:\", the torrent's identity"
                                    : "a magnet link to \"" + Printable.of(otherTopic, SHOWN_LENGTH)
                                            + "\", expected \"urn:btih:\" and an info-hash");
        }
        InfoHash infoHash = hashes.iterator().next();
        Optional<String> name =
                displayName.isEmpty() ? Optional.empty() : Optional.of(SafePaths.name(displayName, infoHash.hex()));
        return new MagnetLink(
                infoHash,
                name,
                List.copyOf(trackers),
                List.copyOf(webSeeds),
                List.copyOf(peers),
                only.stream().boxed().toList());
    }

    /// `0,2,4-6` (BEP 53). A selection that is not understood, or of files that no torrent has, is an error: taking it
    /// for "all" would download what was not asked for.
    private void select(String value) throws ProtocolException {
        for (String part : value.split(",", -1)) {
            String range = part.strip();
            if (range.isEmpty()) {
                continue;
            }
            if (!range.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
                throw new ProtocolException(
                        Violation.BAD_VALUE,
                        "\"so\" holds \"" + Printable.of(range, SHOWN_LENGTH)
                                + "\", expected file indexes as in 0,2,4-6");
            }
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            if (last < first || last >= Info.MAX_FILES) {
                throw new ProtocolException(
                        Violation.BAD_VALUE,
                        "\"so\" holds the range " + range + ", expected ascending indexes below " + Info.MAX_FILES);
            }
            only.set(first, last + 1);
        }
    }

    /// Percent-decoding into UTF-8, malformed sequences replaced.
    private static String decode(String raw) {
        byte[] in = raw.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i] == '+' ? ' ' : in[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static String format(MagnetLink link) {
        List<String> parameters = new ArrayList<>();
        parameters.add("xt=" + BTIH + link.infoHash().hex());
        link.displayName().ifPresent(name -> parameters.add("dn=" + encode(name)));
        link.trackers().forEach(url -> parameters.add("tr=" + encode(url)));
        link.webSeeds().forEach(url -> parameters.add("ws=" + encode(url)));
        link.peers().forEach(peer -> parameters.add("x.pe=" + peer));
        if (!link.only().isEmpty()) {
            parameters.add("so=" + ranges(link.only()));
        }
        return SCHEME + "?" + String.join("&", parameters);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String ranges(List<Integer> indexes) {
        List<Integer> sorted = List.copyOf(new TreeSet<>(indexes));
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < sorted.size(); ) {
            int from = i;
            while (++i < sorted.size() && sorted.get(i) == sorted.get(i - 1) + 1) {}
            out.append(out.isEmpty() ? "" : ",").append(sorted.get(from));
            if (i - from > 1) {
                out.append('-').append(sorted.get(i - 1));
            }
        }
        return out.toString();
    }
}
