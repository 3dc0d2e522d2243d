package dev.jackdaw.peer.net.mse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Whatever the other end of an encryption handshake sends, also in its encrypted part: the peer there knows the
/// keys. The private keys are small numbers, so that nearly all the time goes into reading.
class MseFuzzTest {
    private static final InfoHash TORRENT = InfoHash.ofHex("000102030405060708090a0b0c0d0e0f10111213");
    private static final byte[] PAYLOAD = {1, 2, 3};

    /// The initiator is honest until its bytes are exchanged for the input, from where the first byte of it
    /// says.
    @FuzzTest
    void responder(byte[] input) {
        Bounds.hold(() -> {
            MseHandshake a = MseHandshake.initiator(TORRENT, EnumSet.allOf(CryptoMethod.class), PAYLOAD, new Small(3));
            MseHandshake b =
                    MseHandshake.responder(_ -> Optional.of(TORRENT), List.of(CryptoMethod.values()), new Small(5));
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            a.begin(toB);
            b.begin(toA);
            b.receive(toB, toA);
            a.receive(toA, toB);
            b.receive(forged(toB, input), toA);
        });
    }

    @FuzzTest
    void initiator(byte[] input) {
        Bounds.hold(() -> {
            MseHandshake a = MseHandshake.initiator(TORRENT, EnumSet.allOf(CryptoMethod.class), PAYLOAD, new Small(3));
            MseHandshake b =
                    MseHandshake.responder(_ -> Optional.of(TORRENT), List.of(CryptoMethod.values()), new Small(5));
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            a.begin(toB);
            b.receive(toB, toA);
            a.receive(toA, toB);
            b.receive(toB, toA);
            a.receive(forged(toA, input), toB);
        });
    }

    /// Gives keys and padding that are zeros but for their last byte.
    private record Small(byte last) implements RandomGenerator {
        Small(int last) {
            this((byte) last);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length > 0) {
                bytes[bytes.length - 1] = last;
            }
        }

        @Override
        public long nextLong() {
            return (long) last << 56 | (long) last << 24;
        }
    }

    private static ByteBuf forged(ByteBuf honest, byte[] input) throws ProtocolException {
        if (input.length < 2) {
            return honest;
        }
        int kept = Math.min(honest.readableBytes(), (input[0] & 0xff) << 8 | input[1] & 0xff);
        return Unpooled.wrappedBuffer(
                honest.readSlice(kept), Unpooled.wrappedBuffer(Arrays.copyOfRange(input, 2, input.length)));
    }
}
