package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.wire.MetadataMessage.Data;
import dev.jackdaw.protocol.wire.MetadataMessage.Reject;
import dev.jackdaw.protocol.wire.MetadataMessage.Request;
import dev.jackdaw.protocol.wire.MetadataMessage.Unknown;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// [MetadataMessage] ⇄ bytes: a bencoded dictionary, and after a `data` one the piece itself (BEP 9).
final class MetadataCodec {
    private static final int REQUEST = 0;
    private static final int DATA = 1;
    private static final int REJECT = 2;

    /// A dictionary of three integers and a piece; twice a piece leaves room for entries we do not know.
    private static final BencodeLimits LIMITS = new BencodeLimits(2 * MetadataMessage.PIECE_LENGTH, 8, 100, true, true);

    private MetadataCodec() {}

    static MetadataMessage read(byte[] payload) throws ProtocolException {
        Bencode.Result result = Bencode.read(payload, 0, payload.length, LIMITS);
        if (!(result.value() instanceof Dictionary root)) {
            throw new ProtocolException(Violation.BAD_VALUE, "metadata message that is not a dictionary");
        }
        int type = required(root, "msg_type", 0, Integer.MAX_VALUE);
        return switch (type) {
            case REQUEST -> new Request(piece(root));
            case DATA -> data(root, Arrays.copyOfRange(payload, result.end(), payload.length));
            case REJECT -> new Reject(piece(root));
            default -> new Unknown(type);
        };
    }

    static byte[] write(MetadataMessage message) {
        return switch (message) {
            case Request(int piece) -> BencodeWriter.write(Dictionary.of(head(REQUEST, piece)));
            case Reject(int piece) -> BencodeWriter.write(Dictionary.of(head(REJECT, piece)));
            case Data(int piece, OptionalInt totalSize, byte[] data) -> {
                Map<String, BencodeValue> entries = head(DATA, piece);
                totalSize.ifPresent(size -> entries.put("total_size", new Int(size)));
                byte[] head = BencodeWriter.write(Dictionary.of(entries));
                byte[] payload = Arrays.copyOf(head, head.length + data.length);
                System.arraycopy(data, 0, payload, head.length, data.length);
                yield payload;
            }
            case Unknown(int type) -> throw new IllegalArgumentException("metadata message of unknown type " + type);
        };
    }

    private static Map<String, BencodeValue> head(int type, int piece) {
        Map<String, BencodeValue> entries = new LinkedHashMap<>();
        entries.put("msg_type", new Int(type));
        entries.put("piece", new Int(piece));
        return entries;
    }

    private static Data data(Dictionary root, byte[] data) throws ProtocolException {
        if (root.get("total_size").isEmpty()) {
            return new Data(piece(root), OptionalInt.empty(), data);
        }
        int totalSize = required(root, "total_size", 1, ExtensionHandshake.MAX_METADATA_SIZE);
        int piece = required(root, "piece", 0, MetadataMessage.pieceCount(totalSize) - 1);
        int expected = MetadataMessage.pieceLength(piece, totalSize);
        if (data.length != expected) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "metadata piece " + piece + " of " + totalSize + " bytes in all with " + data.length
                            + " bytes, expected " + expected);
        }
        return new Data(piece, totalSize, data);
    }

    private static int piece(Dictionary root) throws ProtocolException {
        return required(root, "piece", 0, MetadataMessage.pieceCount(ExtensionHandshake.MAX_METADATA_SIZE) - 1);
    }

    private static int required(Dictionary root, String key, int min, int max) throws ProtocolException {
        long value = root.integer(key)
                .orElseThrow(() -> new ProtocolException(Violation.MISSING_FIELD, "metadata message without " + key));
        if (value < min || value > max) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, key + " " + value + " in a metadata message, expected " + min + " to " + max);
        }
        return (int) value;
    }
}
