package dev.jackdaw.dht;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.util.Map;
import java.util.Optional;

/// What a mutable item says of the torrent that its publisher offers now: `{"ih": 20 bytes}` (BEP 46).
public record PublishedTorrent(InfoHash infoHash) {
    private static final String INFO_HASH = "ih";

    /// Empty if the value says nothing of a torrent; keys that are not known do no harm.
    public static Optional<PublishedTorrent> of(DhtItem.Mutable item) {
        try {
            if (Bencode.read(item.value(), BencodeLimits.MESSAGE) instanceof Dictionary value) {
                return value.bytes(INFO_HASH)
                        .filter(bytes -> bytes.length == NodeId.LENGTH)
                        .map(InfoHash::of)
                        .map(PublishedTorrent::new);
            }
            return Optional.empty();
        } catch (ProtocolException _) {
            return Optional.empty(); // no bencode, or `ih` is no string
        }
    }

    /// The item's value, bencoded.
    public byte[] toValue() {
        return BencodeWriter.write(Dictionary.of(Map.of(INFO_HASH, new ByteString(infoHash.toBytes()))));
    }
}
