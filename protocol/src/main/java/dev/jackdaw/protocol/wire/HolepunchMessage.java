package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.ByteBuffer;

/// The payload of a `ut_holepunch` message, by which a relaying peer makes two others dial each other at once (BEP 55).
///
/// @param type    what is asked or said
/// @param address the target for a rendezvous and its failure, the peer to dial for a connect
/// @param failure why a rendezvous failed: the code of [Type#FAILED], else 0; see [Failure]
public record HolepunchMessage(Type type, PeerAddress address, int failure) {
    /// Type, family, 4 bytes of host, port, code.
    private static final int V4_LENGTH = 2 + PeerAddress.COMPACT_V4_LENGTH + Integer.BYTES;
    /// Type, family, 16 bytes of host, port, code.
    private static final int V6_LENGTH = 2 + PeerAddress.COMPACT_V6_LENGTH + Integer.BYTES;

    public enum Type {
        /// To the relaying peer: make `address` and me connect.
        RENDEZVOUS,
        /// From the relaying peer: dial `address` now, over uTP.
        CONNECT,
        /// From the relaying peer: the rendezvous cannot be.
        FAILED
    }

    /// The codes of [Type#FAILED].
    public static final class Failure {
        public static final int NO_SUCH_PEER = 1;
        public static final int NOT_CONNECTED = 2;
        public static final int NO_SUPPORT = 3;
        public static final int NO_SELF = 4;

        private Failure() {}
    }

    public static HolepunchMessage rendezvous(PeerAddress target) {
        return new HolepunchMessage(Type.RENDEZVOUS, target, 0);
    }

    public static HolepunchMessage connect(PeerAddress peer) {
        return new HolepunchMessage(Type.CONNECT, peer, 0);
    }

    public static HolepunchMessage failed(PeerAddress target, int failure) {
        return new HolepunchMessage(Type.FAILED, target, failure);
    }

    /// Reads a payload. The code may be left out where it says nothing.
    public static HolepunchMessage read(byte[] payload) throws ProtocolException {
        if (payload.length < 2) {
            throw new ProtocolException(Violation.TRUNCATED, "holepunch message of " + payload.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(payload);
        Type type = switch (in.get()) {
            case 0 -> Type.RENDEZVOUS;
            case 1 -> Type.CONNECT;
            case 2 -> Type.FAILED;
            default -> throw new ProtocolException(Violation.BAD_VALUE, "holepunch type " + (payload[0] & 0xff));
        };
        int family = in.get();
        if (family != 0 && family != 1) {
            throw new ProtocolException(Violation.BAD_VALUE, "holepunch address type " + (family & 0xff));
        }
        int expected = family == 1 ? V6_LENGTH : V4_LENGTH;
        boolean withoutCode = type != Type.FAILED && payload.length == expected - Integer.BYTES;
        if (payload.length != expected && !withoutCode) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "holepunch message of " + payload.length + " bytes, expected " + expected);
        }
        PeerAddress address = PeerAddress.readCompact(in, family == 1);
        return new HolepunchMessage(type, address, withoutCode ? 0 : in.getInt());
    }

    /// The payload.
    public byte[] write() {
        return ByteBuffer.allocate(address.v6() ? V6_LENGTH : V4_LENGTH)
                .put(
                        switch (type) {
                            case RENDEZVOUS -> (byte) 0;
                            case CONNECT -> (byte) 1;
                            case FAILED -> (byte) 2;
                        })
                .put((byte) (address.v6() ? 1 : 0))
                .put(address.toCompact())
                .putInt(failure)
                .array();
    }
}
