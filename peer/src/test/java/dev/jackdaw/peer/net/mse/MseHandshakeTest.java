package dev.jackdaw.peer.net.mse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MseHandshakeTest {
    private static final InfoHash TORRENT = InfoHash.ofHex("000102030405060708090a0b0c0d0e0f10111213");
    private static final InfoHash OTHER = InfoHash.ofHex("ff0102030405060708090a0b0c0d0e0f10111213");
    private static final Set<CryptoMethod> BOTH = EnumSet.allOf(CryptoMethod.class);
    private static final byte[] PAYLOAD = "the first bytes of the stream, a handshake perhaps".getBytes(US_ASCII);

    private static final Map<SkeyHash, InfoHash> TORRENTS =
            Map.of(SkeyHash.of(TORRENT), TORRENT, SkeyHash.of(OTHER), OTHER);

    private final SplittableRandom random = new SplittableRandom(42);

    @ParameterizedTest
    @EnumSource(CryptoMethod.class)
    void twoEndsAgreeAndUnderstandEachOther(CryptoMethod method) throws ProtocolException {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom seeded = new SplittableRandom(seed);
            MseHandshake a = MseHandshake.initiator(TORRENT, BOTH, PAYLOAD, seeded);
            MseHandshake b = MseHandshake.responder(MseHandshakeTest::find, List.of(method), seeded);
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            a.begin(toB);
            b.begin(toA);
            assertEquals(0, toA.readableBytes());
            b.receive(toB, toA);
            a.receive(toA, toB);
            b.receive(toB, toA);
            toA.writeBytes(encrypted(b, "from b"));
            a.receive(toA, toB);
            assertAgreed(a, b, method);

            assertEquals("from b", decrypted(a, toA), "what follows the handshake stays for the stream");
            assertEquals(0, toB.readableBytes());
            assertEquals("from a", decrypted(b, Unpooled.wrappedBuffer(encrypted(a, "from a"))));
            assertEquals("again", decrypted(a, Unpooled.wrappedBuffer(encrypted(b, "again"))));
        }
    }

    @Test
    void everySplitPointGivesTheSame() throws ProtocolException {
        byte[] flightA1 = first(initiator());
        int total = flightA1.length + second(initiator(), responder()).length;
        for (int split = 0; split <= total; split++) {
            // the same seeds give the same bytes
            MseHandshake a = initiator();
            MseHandshake b = responder();
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            a.begin(toB);
            deliver(b, toB, toA, split);
            deliver(a, toA, toB, split);
            deliver(b, toB, toA, split - flightA1.length);
            deliver(a, toA, toB, split);
            assertAgreed(a, b, CryptoMethod.RC4);
        }
    }

    @Test
    void byteByByteGivesTheSame() throws ProtocolException {
        MseHandshake a = initiator();
        MseHandshake b = responder();
        ByteBuf toB = Unpooled.buffer();
        ByteBuf toA = Unpooled.buffer();
        a.begin(toB);
        for (int round = 0; round < 3; round++) {
            for (ByteBuf one; toB.isReadable(); ) {
                one = toB.readSlice(1);
                b.receive(one, toA);
            }
            while (toA.isReadable()) {
                a.receive(toA.readSlice(1), toB);
            }
        }
        assertAgreed(a, b, CryptoMethod.RC4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512})
    void paddingsOfAllAllowedLengthsAreTaken(int pad) throws ProtocolException {
        var a = new HandMadeInitiator();
        a.padA = pad;
        a.padC = pad;
        MseHandshake b = responder();
        a.run(b);
        assertArrayEquals(PAYLOAD, b.initialPayload());
        assertEquals(CryptoMethod.RC4, b.session().orElseThrow().method());
        assertEquals(TORRENT, b.session().orElseThrow().infoHash());
    }

    @Test
    void theResponderChoosesByItsOwnPreference() throws ProtocolException {
        var a = new HandMadeInitiator();
        a.provide = 0xff;
        MseHandshake b = MseHandshake.responder(
                MseHandshakeTest::find, List.of(CryptoMethod.PLAINTEXT, CryptoMethod.RC4), random);
        a.run(b);
        assertEquals(CryptoMethod.PLAINTEXT, b.session().orElseThrow().method());
    }

    @Test
    void anOverlongFirstPaddingIsRefused() {
        assertRefused(Violation.MISMATCH, a -> a.padA = 513);
        assertRefused(Violation.MISMATCH, a -> a.padA = 5000);
    }

    @Test
    void anOverlongSecondPaddingIsRefused() {
        assertRefused(Violation.LIMIT_EXCEEDED, a -> a.padC = 513);
    }

    @Test
    void anOverlongInitialPayloadIsRefusedBeforeItIsThere() {
        assertRefused(Violation.LIMIT_EXCEEDED, a -> a.announcedPayload = MseResponder.MAX_INITIAL_PAYLOAD + 1);
    }

    @Test
    void anOfferOfNothingAcceptableIsRefused() {
        assertRefused(Violation.BAD_VALUE, a -> a.provide = 0);
        assertRefused(Violation.BAD_VALUE, a -> a.provide = CryptoMethod.PLAINTEXT.bit());
        assertRefused(Violation.BAD_VALUE, a -> a.provide = 4);
    }

    @Test
    void aTorrentThatIsNotHereIsRefused() {
        assertRefused(Violation.MISMATCH, a -> a.skey = InfoHash.ofHex("ee".repeat(20)));
    }

    @Test
    void anotherTorrentsKeyIsRefused() {
        assertRefused(Violation.MISMATCH, a -> a.encryptedFor = OTHER);
    }

    @Test
    void aSecretThatIsNotTheSameIsRefused() {
        assertRefused(Violation.MISMATCH, a -> a.wrongSecret = true);
    }

    @Test
    void keysByWhichTheSecretCouldBeGuessedAreRefused() {
        BigInteger prime = new BigInteger(
                "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                        + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
                16);
        for (BigInteger weak : List.of(
                BigInteger.ZERO, BigInteger.ONE, prime.subtract(BigInteger.ONE), prime, prime.add(BigInteger.TWO))) {
            byte[] bytes = weak.toByteArray();
            ByteBuf key = Unpooled.buffer();
            key.writeZero(Math.max(0, 96 - bytes.length));
            key.writeBytes(bytes, Math.max(0, bytes.length - 96), Math.min(96, bytes.length));
            var thrown = assertThrows(ProtocolException.class, () -> responder().receive(key, Unpooled.buffer()));
            assertEquals(Violation.BAD_VALUE, thrown.violation());
        }
    }

    @Test
    void garbageIsRefusedWithinTheBoundByBothSides() {
        for (MseHandshake side : List.of(initiator(), responder())) {
            ByteBuf garbage = Unpooled.buffer();
            byte[] bytes = new byte[96 + 512 + 20];
            random.nextBytes(bytes);
            garbage.writeBytes(bytes);
            side.begin(Unpooled.buffer());
            assertThrows(ProtocolException.class, () -> side.receive(garbage, Unpooled.buffer()));
            assertThrows(ProtocolException.class, () -> side.receive(Unpooled.wrappedBuffer(bytes), Unpooled.buffer()));
            assertTrue(side.session().isEmpty());
        }
    }

    @Test
    void aTruncatedHandshakeOnlyWaits() throws ProtocolException {
        byte[] flight = second(initiator(), responder());
        for (int length = 0; length < flight.length; length++) {
            MseHandshake a = initiator();
            MseHandshake b = responder();
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            a.begin(toB);
            b.receive(toB, toA);
            b.receive(Unpooled.wrappedBuffer(flight, 0, length), toA);
            assertTrue(b.session().isEmpty());
        }
    }

    @Test
    void aSelectionThatWasNotOfferedIsRefused() throws ProtocolException {
        for (int select : new int[] {0, 1, 3, 4}) {
            MseHandshake a = MseHandshake.initiator(TORRENT, EnumSet.of(CryptoMethod.RC4), PAYLOAD, random);
            assertThrows(ProtocolException.class, () -> answer(a, select, 0, 0));
        }
        MseHandshake padded = initiator();
        assertThrows(ProtocolException.class, () -> answer(padded, 2, 0, 513));
        MseHandshake longPadding = initiator();
        assertThrows(ProtocolException.class, () -> answer(longPadding, 2, 513, 0));
        MseHandshake good = initiator();
        answer(good, 2, 512, 512);
        assertTrue(good.session().isPresent());
    }

    @Test
    void mutatedHandshakesFailOnlyWithProtocolException() throws ProtocolException {
        for (int round = 0; round < 2000; round++) {
            MseHandshake a = initiator();
            MseHandshake b = responder();
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            try {
                a.begin(toB);
                mutate(toB, round % 3 == 0);
                b.receive(toB, toA);
                mutate(toA, round % 3 == 1);
                a.receive(toA, toB);
                mutate(toB, round % 3 == 2);
                b.receive(toB, toA);
                a.receive(toA, toB);
            } catch (ProtocolException expected) {
                // what the handshake promises
            }
        }
    }

    @Test
    void plainConnectionsAreToldFromEncryptedOnes() {
        byte[] plain = ("\u0013BitTorrent protocol" + "\0".repeat(8)).getBytes(US_ASCII);
        for (int length = 0; length <= plain.length; length++) {
            assertEquals(
                    length >= 20 ? Optional.of(true) : Optional.empty(),
                    MseHandshake.isPlain(Unpooled.wrappedBuffer(plain, 0, length)));
        }
        plain[7]++;
        assertEquals(Optional.empty(), MseHandshake.isPlain(Unpooled.wrappedBuffer(plain, 0, 7)));
        assertEquals(Optional.of(false), MseHandshake.isPlain(Unpooled.wrappedBuffer(plain, 0, 8)));
        assertEquals(Optional.of(false), MseHandshake.isPlain(Unpooled.wrappedBuffer(new byte[1])));
    }

    @Test
    void anInitiatorChecksWhatItIsGiven() {
        assertThrows(
                IllegalArgumentException.class, () -> MseHandshake.initiator(TORRENT, Set.of(), new byte[0], random));
        assertThrows(
                IllegalArgumentException.class,
                () -> MseHandshake.initiator(TORRENT, BOTH, new byte[MseResponder.MAX_INITIAL_PAYLOAD + 1], random));
        assertThrows(
                IllegalArgumentException.class,
                () -> MseHandshake.responder(MseHandshakeTest::find, List.of(), random));
    }

    private static Optional<InfoHash> find(SkeyHash skey) {
        return Optional.ofNullable(TORRENTS.get(skey));
    }

    private static MseHandshake initiator() {
        return MseHandshake.initiator(TORRENT, BOTH, PAYLOAD, new SplittableRandom(1));
    }

    private static MseHandshake responder() {
        return MseHandshake.responder(MseHandshakeTest::find, List.of(CryptoMethod.RC4), new SplittableRandom(2));
    }

    /// Step 1's bytes.
    private static byte[] first(MseHandshake a) {
        ByteBuf out = Unpooled.buffer();
        a.begin(out);
        return ByteBufUtil.getBytes(out);
    }

    /// Step 3's bytes.
    private static byte[] second(MseHandshake a, MseHandshake b) throws ProtocolException {
        ByteBuf toB = Unpooled.buffer();
        ByteBuf toA = Unpooled.buffer();
        a.begin(toB);
        b.receive(toB, toA);
        ByteBuf out = Unpooled.buffer();
        a.receive(toA, out);
        return ByteBufUtil.getBytes(out);
    }

    private static void deliver(MseHandshake to, ByteBuf bytes, ByteBuf answer, int split) throws ProtocolException {
        int at = Math.clamp(split, 0, bytes.readableBytes());
        to.receive(bytes.readSlice(at), answer);
        to.receive(bytes, answer);
    }

    private void mutate(ByteBuf bytes, boolean really) {
        if (really) {
            int at = bytes.readerIndex() + random.nextInt(bytes.readableBytes());
            bytes.setByte(at, bytes.getByte(at) ^ random.nextInt(1, 256));
        }
    }

    private static void assertAgreed(MseHandshake a, MseHandshake b, CryptoMethod method) {
        assertEquals(method, a.session().orElseThrow().method());
        assertEquals(method, b.session().orElseThrow().method());
        assertEquals(TORRENT, b.session().orElseThrow().infoHash());
        assertArrayEquals(PAYLOAD, b.initialPayload());
    }

    private static byte[] encrypted(MseHandshake side, String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, US_ASCII);
        side.session().orElseThrow().encrypt(bytes);
        assertEquals(
                side.session().orElseThrow().method() == CryptoMethod.PLAINTEXT,
                bytes.toString(US_ASCII).equals(text));
        return ByteBufUtil.getBytes(bytes);
    }

    private static String decrypted(MseHandshake side, ByteBuf bytes) {
        side.session().orElseThrow().decrypt(bytes);
        String text = bytes.toString(US_ASCII);
        bytes.skipBytes(bytes.readableBytes());
        return text;
    }

    private void assertRefused(Violation violation, Consumer<HandMadeInitiator> change) {
        var a = new HandMadeInitiator();
        change.accept(a);
        MseHandshake b = responder();
        var thrown = assertThrows(ProtocolException.class, () -> a.run(b));
        assertEquals(violation, thrown.violation());
        assertFalse(b.session().isPresent());
    }

    /// Answers an initiator as a responder that may break the rules.
    private void answer(MseHandshake a, int select, int padB, int padD) throws ProtocolException {
        ByteBuf toB = Unpooled.buffer();
        a.begin(toB);
        byte[] otherKey = new byte[96];
        toB.readBytes(otherKey);
        BigInteger key = MseCrypto.privateKey(random);
        Rc4 stream = MseCrypto.responderStream(MseCrypto.secret(key, otherKey), TORRENT);
        byte[] encrypted = ByteBuffer.allocate(14 + padD)
                .putLong(0)
                .putInt(select)
                .putShort((short) padD)
                .array();
        stream.apply(encrypted);
        ByteBuf toA = Unpooled.buffer();
        toA.writeBytes(MseCrypto.publicKey(key)).writeZero(padB).writeBytes(encrypted);
        a.receive(toA, Unpooled.buffer());
    }

    /// An initiator that may break the rules.
    private static final class HandMadeInitiator {
        private final SplittableRandom random = new SplittableRandom(9);
        int padA;
        int padC;
        int provide = CryptoMethod.RC4.bit();
        int announcedPayload = PAYLOAD.length;
        InfoHash skey = TORRENT;
        InfoHash encryptedFor = TORRENT;
        boolean wrongSecret;

        void run(MseHandshake b) throws ProtocolException {
            BigInteger key = MseCrypto.privateKey(random);
            ByteBuf toB = Unpooled.buffer();
            ByteBuf toA = Unpooled.buffer();
            toB.writeBytes(MseCrypto.publicKey(key)).writeZero(padA);
            b.receive(toB, toA);
            byte[] otherKey = new byte[96];
            toA.readBytes(otherKey);
            byte[] secret = MseCrypto.secret(key, otherKey);
            secret[0] ^= (byte) (wrongSecret ? 1 : 0);
            byte[] encrypted = ByteBuffer.allocate(16 + padC + PAYLOAD.length)
                    .putLong(0)
                    .putInt(provide)
                    .putShort((short) padC)
                    .put(new byte[padC])
                    .putShort((short) announcedPayload)
                    .put(PAYLOAD)
                    .array();
            MseCrypto.initiatorStream(secret, encryptedFor).apply(encrypted);
            toB.writeBytes(MseCrypto.hash("req1", secret))
                    .writeBytes(
                            MseCrypto.mask(secret, SkeyHash.of(skey).digest().toBytes()))
                    .writeBytes(encrypted);
            if (wrongSecret) {
                toB.writeZero(512); // enough for the search to end
            }
            b.receive(toB, toA);
        }
    }
}
