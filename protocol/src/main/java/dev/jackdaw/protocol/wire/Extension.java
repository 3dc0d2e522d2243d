package dev.jackdaw.protocol.wire;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// An extension message that Jackdaw understands (BEP 10), with the name it is negotiated by and the id that peers are
/// to use when they send it to us.
public enum Extension {
    /// Metadata exchange, [MetadataMessage] (BEP 9).
    METADATA("ut_metadata", 1),
    /// Peer exchange, [PexMessage] (BEP 11).
    PEX("ut_pex", 2),
    /// A piece is no longer there, [DontHave] (BEP 54).
    DONT_HAVE("lt_donthave", 3),
    /// Connecting two peers behind NATs, [HolepunchMessage] (BEP 55).
    HOLEPUNCH("ut_holepunch", 4);

    private final String wireName;
    private final int localId;

    Extension(String wireName, int localId) {
        this.wireName = wireName;
        this.localId = localId;
    }

    /// The key in the handshake's `m` dictionary.
    public String wireName() {
        return wireName;
    }

    /// The id of such messages when they come from a peer.
    public int localId() {
        return localId;
    }

    /// Which extension an incoming message belongs to.
    public static Optional<Extension> ofLocalId(int id) {
        for (Extension extension : values()) {
            if (extension.localId == id) {
                return Optional.of(extension);
            }
        }
        return Optional.empty();
    }

    /// What [ExtensionHandshake#ids()] is for us, when those extensions are offered.
    public static Map<Extension, Integer> offer(Collection<Extension> extensions) {
        Map<Extension, Integer> ids = new EnumMap<>(Extension.class);
        extensions.forEach(extension -> ids.put(extension, extension.localId));
        return ids;
    }
}
