package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeValue.Span;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Turns the bytes of a `.torrent` file into a [Metainfo].
///
/// The getters used here, unlike those of [Dictionary], take a value of the wrong type for an absent one: nothing
/// outside the info dictionary decides what is downloaded or where to.
final class MetainfoParser {
    /// DHT nodes; further ones are left out.
    static final int MAX_NODES = 64;
    /// Chars of a comment and the like; a longer text is cut.
    static final int MAX_TEXT_LENGTH = 16 * 1024;
    /// Seconds since the epoch at the end of the year 9999; a later date is left out.
    private static final long MAX_DATE = 253_402_300_799L;

    private final Dictionary root;

    private MetainfoParser(Dictionary root) {
        this.root = root;
    }

    static Metainfo parse(byte[] bytes) throws ProtocolException {
        Bencode.Result result = Bencode.read(bytes, 0, bytes.length, BencodeLimits.METAINFO.withTrailing());
        for (int i = result.end(); i < bytes.length; i++) {
            if (" \r\n\t".indexOf(bytes[i]) < 0) {
                throw new ProtocolException(
                        Violation.MALFORMED, (bytes.length - result.end()) + " bytes after the end of the torrent");
            }
        }
        if (!(result.value() instanceof Dictionary root)) {
            throw new ProtocolException(Violation.BAD_VALUE, "not a dictionary");
        }
        Dictionary info = root.dictionary("info")
                .orElseThrow(() -> new ProtocolException(Violation.MISSING_FIELD, "\"info\" is missing"));
        Span span = root.span("info").orElseThrow();
        return new MetainfoParser(root)
                .parse(InfoParser.parse(Arrays.copyOfRange(bytes, span.start(), span.end()), info), info);
    }

    private Metainfo parse(Info info, Dictionary infoDictionary) {
        return new Metainfo(
                info,
                trackers(),
                seeds("url-list"),
                seeds("httpseeds"),
                nodes(),
                text(root, "comment"),
                text(root, "created by"),
                creationDate(),
                text(infoDictionary, "source").or(() -> text(root, "source")),
                info.renamed());
    }

    /// The tiers of `announce-list`, or `announce` alone where no tier is usable (BEP 12).
    private List<List<String>> trackers() {
        Set<String> seen = new LinkedHashSet<>();
        List<List<String>> tiers = new ArrayList<>();
        for (BencodeValue tier : items("announce-list")) {
            List<String> urls = (tier instanceof Items(List<BencodeValue> values) ? values.stream() : Stream.of(tier))
                    .flatMap(MetainfoParser::string)
                    .flatMap(url -> RemoteUrls.tracker(url).stream())
                    .filter(url -> seen.size() < RemoteUrls.MAX_TRACKERS && seen.add(url))
                    .toList();
            if (!urls.isEmpty()) {
                tiers.add(urls);
            }
        }
        if (tiers.isEmpty()) {
            root.get("announce").stream()
                    .flatMap(MetainfoParser::string)
                    .flatMap(url -> RemoteUrls.tracker(url).stream())
                    .forEach(url -> tiers.add(List.of(url)));
        }
        return tiers;
    }

    /// A list of URLs, or a single one as a string (BEP 19).
    private List<String> seeds(String key) {
        Stream<BencodeValue> values = root.get(key).stream()
                .flatMap(value -> value instanceof Items(var list) ? list.stream() : Stream.of(value));
        return bounded(values.flatMap(MetainfoParser::string), RemoteUrls::seed, RemoteUrls.MAX_SEEDS);
    }

    private List<HostAndPort> nodes() {
        return bounded(items("nodes").stream(), MetainfoParser::node, MAX_NODES);
    }

    private static Optional<HostAndPort> node(BencodeValue value) {
        return value instanceof Items(List<BencodeValue> pair)
                        && pair.size() == 2
                        && pair.get(0) instanceof ByteString host
                        && pair.get(1) instanceof Int(long port)
                ? HostAndPort.of(host.text(), port)
                : Optional.empty();
    }

    private Optional<Instant> creationDate() {
        return root.get("creation date")
                .filter(value -> value instanceof Int(long seconds) && seconds > 0 && seconds <= MAX_DATE)
                .map(value -> Instant.ofEpochSecond(((Int) value).value()));
    }

    private List<BencodeValue> items(String key) {
        return root.get(key)
                .map(value -> value instanceof Items(var list) ? list : List.<BencodeValue>of())
                .orElse(List.of());
    }

    private static Optional<String> text(Dictionary dictionary, String key) {
        return dictionary
                .get(key + ".utf-8")
                .or(() -> dictionary.get(key))
                .flatMap(value -> string(value).findFirst())
                .filter(text -> !text.isEmpty())
                .map(text -> text.length() <= MAX_TEXT_LENGTH ? text : text.substring(0, MAX_TEXT_LENGTH));
    }

    private static Stream<String> string(BencodeValue value) {
        return value instanceof ByteString string ? Stream.of(string.text()) : Stream.empty();
    }

    private static <A, B> List<B> bounded(Stream<A> values, Function<A, Optional<B>> usable, int limit) {
        return values.flatMap(value -> usable.apply(value).stream())
                .distinct()
                .limit(limit)
                .toList();
    }
}
