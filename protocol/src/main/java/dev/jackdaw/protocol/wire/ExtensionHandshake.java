package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The payload of the extension message with id 0: what a peer understands and says of itself (BEP 10, BEP 9
/// `metadata_size`, BEP 21 `upload_only`).
///
/// A peer may send it again: extensions that are not in [#ids()] then stay as they were, and id 0 takes one
/// back. Of a peer's handshake, optional entries of the wrong type or out of range are left out rather than
/// held against it.
///
/// @param ids          the ids that the sender wants to see on messages to it; 0 for an extension it no longer takes
/// @param client       name and version, at most [#MAX_CLIENT_LENGTH] characters; from outside: escape it before
///                     showing it
/// @param listenPort   1 … 65535, TCP
/// @param maxRequests  outstanding requests that the sender keeps without dropping any, 1 … [#MAX_REQUESTS]
/// @param yourIp       4 or 16 bytes: the receiver's address as the sender sees it
/// @param ipv4         4 bytes: another address of the sender
/// @param ipv6         16 bytes: another address of the sender
/// @param metadataSize bytes of the info dictionary, 1 … [#MAX_METADATA_SIZE]
/// @param uploadOnly   whether the sender wants nothing (BEP 21)
public record ExtensionHandshake(
        Map<Extension, Integer> ids,
        Optional<String> client,
        OptionalInt listenPort,
        OptionalInt maxRequests,
        Optional<byte[]> yourIp,
        Optional<byte[]> ipv4,
        Optional<byte[]> ipv6,
        OptionalInt metadataSize,
        boolean uploadOnly) {
    /// The id of the extended message that carries the handshake.
    public static final int ID = 0;
    /// A longer name is cut.
    public static final int MAX_CLIENT_LENGTH = 64;
    /// A larger `reqq` counts as this.
    public static final int MAX_REQUESTS = 10_000;
    /// A larger `metadata_size` counts as none: no reader would take the dictionary.
    public static final int MAX_METADATA_SIZE = BencodeLimits.METAINFO.maxBytes();

    /// Real ones have some 300 bytes and ten extensions. One that is longer, or names more than some 400, is
    /// refused, and its sender with it: reading it costs more than it can say.
    private static final BencodeLimits LIMITS = new BencodeLimits(32 * 1024, 8, 1_000, true, true);

    public ExtensionHandshake {
        ids = Map.copyOf(ids);
    }

    /// Reads a payload.
    ///
    /// @throws ProtocolException if it is not a bencoded dictionary, or `m` is none
    public static ExtensionHandshake read(byte[] payload) throws ProtocolException {
        Dictionary root = Bencode.readDictionary(payload, LIMITS);
        Map<Extension, Integer> ids = new EnumMap<>(Extension.class);
        Optional<Dictionary> m = root.dictionary("m");
        if (m.isPresent()) {
            for (Extension extension : Extension.values()) {
                integer(m.get(), extension.wireName(), 0, 0xff).ifPresent(id -> ids.put(extension, id));
            }
        }
        return new ExtensionHandshake(
                ids,
                text(root, "v"),
                integer(root, "p", 1, 0xffff),
                atMost(MAX_REQUESTS, integer(root, "reqq", 1, Integer.MAX_VALUE)),
                bytes(root, "yourip", 4).or(() -> bytes(root, "yourip", 16)),
                bytes(root, "ipv4", 4),
                bytes(root, "ipv6", 16),
                integer(root, "metadata_size", 1, MAX_METADATA_SIZE),
                integer(root, "upload_only", 1, 1).isPresent());
    }

    /// The id to put on messages of that extension to the sender, if it takes them.
    public OptionalInt id(Extension extension) {
        int id = ids.getOrDefault(extension, 0);
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// The payload.
    public byte[] write() {
        Map<String, BencodeValue> m = new LinkedHashMap<>();
        ids.forEach((extension, id) -> m.put(extension.wireName(), new Int(id)));
        Map<String, BencodeValue> root = new LinkedHashMap<>();
        root.put("m", Dictionary.of(m));
        client.ifPresent(value -> root.put("v", ByteString.of(value)));
        listenPort.ifPresent(value -> root.put("p", new Int(value)));
        maxRequests.ifPresent(value -> root.put("reqq", new Int(value)));
        yourIp.ifPresent(value -> root.put("yourip", new ByteString(value)));
        ipv4.ifPresent(value -> root.put("ipv4", new ByteString(value)));
        ipv6.ifPresent(value -> root.put("ipv6", new ByteString(value)));
        metadataSize.ifPresent(value -> root.put("metadata_size", new Int(value)));
        if (uploadOnly) {
            root.put("upload_only", new Int(1));
        }
        return BencodeWriter.write(Dictionary.of(root));
    }

    private static OptionalInt integer(Dictionary from, String key, int min, int max) {
        return from.entries().get(key) instanceof Int(long value) && value >= min && value <= max
                ? OptionalInt.of((int) value)
                : OptionalInt.empty();
    }

    private static OptionalInt atMost(int max, OptionalInt value) {
        return value.isPresent() ? OptionalInt.of(Math.min(max, value.getAsInt())) : value;
    }

    private static Optional<byte[]> bytes(Dictionary from, String key, int length) {
        return from.entries().get(key) instanceof ByteString(byte[] value) && value.length == length
                ? Optional.of(value)
                : Optional.empty();
    }

    private static Optional<String> text(Dictionary from, String key) {
        if (from.entries().get(key) instanceof ByteString value && value.bytes().length > 0) {
            String text = value.text();
            return Optional.of(text.substring(0, Math.min(text.length(), MAX_CLIENT_LENGTH)));
        }
        return Optional.empty();
    }
}
