package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The side that was dialled (B): learns which torrent is meant, and chooses a method. See [MseHandshake].
public final class MseResponder implements MseHandshake {
    /// Bytes that an initiator may send with the handshake, longer ones are refused: a BitTorrent handshake with an
    /// extension handshake and a bitfield of 100,000 pieces.
    public static final int MAX_INITIAL_PAYLOAD = 16 * 1024;

    /// The zeros, crypto_provide and the length of PadC.
    private static final int PROVIDE_LENGTH = MseCrypto.VC_LENGTH + 6;

    private enum State {
        /// Until A's public key is there.
        KEY,
        /// Through A's padding, until the hash that proves the secret.
        SYNCHRONISATION,
        /// Until the hash that names the torrent is there.
        TORRENT,
        /// Until A's offer and the length of its second padding are there.
        OFFER,
        /// Through that padding and the length after it.
        PADDING,
        /// Until the initial payload is there.
        PAYLOAD,
        FINISHED,
        FAILED
    }

    private final Function<SkeyHash, Optional<InfoHash>> torrents;
    private final List<CryptoMethod> preference;
    private final RandomGenerator random;
    private final Gathered gathered = new Gathered();

    private State state = State.KEY;
    private int length;
    private byte[] secret = {};
    private @Nullable LeadingPad leading;
    private byte[] initialPayload = {};
    private @Nullable InfoHash infoHash;
    private @Nullable Rc4 outgoing;
    private @Nullable Rc4 incoming;
    private @Nullable CryptoMethod method;
    private @Nullable MseSession session;

    MseResponder(
            Function<SkeyHash, Optional<InfoHash>> torrents, List<CryptoMethod> preference, RandomGenerator random) {
        if (preference.isEmpty()) {
            throw new IllegalArgumentException("no methods");
        }
        this.torrents = torrents;
        this.preference = List.copyOf(preference);
        this.random = random;
    }

    @Override
    public void begin(ByteBuf out) {}

    @Override
    public void receive(ByteBuf in, ByteBuf out) throws ProtocolException {
        try {
            while (state != State.FINISHED && gathered.fill(in, wanted())) {
                step(out);
            }
        } catch (ProtocolException e) {
            state = State.FAILED;
            throw e;
        }
    }

    @Override
    public Optional<MseSession> session() {
        return Optional.ofNullable(session);
    }

    @Override
    public byte[] initialPayload() {
        return initialPayload;
    }

    private int wanted() throws ProtocolException {
        return switch (state) {
            case KEY -> MseCrypto.KEY_LENGTH;
            case SYNCHRONISATION, TORRENT -> MseCrypto.HASH_LENGTH;
            case OFFER -> PROVIDE_LENGTH;
            case PADDING -> length + Short.BYTES;
            case PAYLOAD -> length;
            case FINISHED -> 0;
            case FAILED -> throw new ProtocolException(Violation.UNEXPECTED, "encryption handshake has failed before");
        };
    }

    private void step(ByteBuf out) throws ProtocolException {
        switch (state) {
            case KEY -> onKey(gathered.take(), out);
            case SYNCHRONISATION -> synchronise();
            case TORRENT -> onTorrent(gathered.take());
            case OFFER -> onOffer(gathered.take());
            case PADDING -> onPadding(gathered.take(), out);
            case PAYLOAD -> finish(gathered.take());
            case FINISHED, FAILED -> throw new IllegalStateException(state.name());
        }
    }

    private void onKey(byte[] otherKey, ByteBuf out) throws ProtocolException {
        BigInteger privateKey = MseCrypto.privateKey(random);
        secret = MseCrypto.secret(privateKey, otherKey);
        out.writeBytes(MseCrypto.publicKey(privateKey)).writeBytes(MseCrypto.padding(random));
        leading = new LeadingPad(MseCrypto.hash("req1", secret), "proof of the secret");
        state = State.SYNCHRONISATION;
    }

    private void synchronise() throws ProtocolException {
        assert leading != null;
        if (leading.isPassed(gathered)) {
            state = State.TORRENT;
        }
    }

    private void onTorrent(byte[] hidden) throws ProtocolException {
        SkeyHash skey = new SkeyHash(InfoHash.of(MseCrypto.mask(secret, hidden)));
        InfoHash found = torrents.apply(skey)
                .orElseThrow(
                        () -> new ProtocolException(Violation.MISMATCH, "encrypted for a torrent that is not here"));
        infoHash = found;
        incoming = MseCrypto.initiatorStream(secret, found);
        outgoing = MseCrypto.responderStream(secret, found);
        state = State.OFFER;
    }

    private void onOffer(byte[] encrypted) throws ProtocolException {
        assert incoming != null;
        incoming.apply(encrypted);
        ByteBuffer in = ByteBuffer.wrap(encrypted);
        if (in.getLong() != 0) {
            throw new ProtocolException(Violation.MISMATCH, "verification constant that is not 0");
        }
        int bits = in.getInt();
        Set<CryptoMethod> offered = CryptoMethod.ofBits(bits);
        method = preference.stream()
                .filter(offered::contains)
                .findFirst()
                .orElseThrow(() -> new ProtocolException(
                        Violation.BAD_VALUE,
                        "crypto_provide 0x" + Integer.toHexString(bits) + ", accepted are " + preference));
        length = LeadingPad.checkLength(in.getShort() & 0xffff);
        state = State.PADDING;
    }

    private void onPadding(byte[] encrypted, ByteBuf out) throws ProtocolException {
        assert incoming != null && outgoing != null && method != null;
        incoming.apply(encrypted);
        length = ByteBuffer.wrap(encrypted).getShort(length) & 0xffff;
        if (length > MAX_INITIAL_PAYLOAD) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED,
                    "initial payload of " + length + " bytes, the limit is " + MAX_INITIAL_PAYLOAD);
        }
        byte[] pad = MseCrypto.padding(random);
        ByteBuffer answer = ByteBuffer.allocate(PROVIDE_LENGTH + pad.length)
                .putLong(0)
                .putInt(method.bit())
                .putShort((short) pad.length)
                .put(pad);
        outgoing.apply(answer.array());
        out.writeBytes(answer.array());
        state = State.PAYLOAD;
    }

    private void finish(byte[] encryptedPayload) {
        assert infoHash != null && incoming != null && outgoing != null && method != null;
        incoming.apply(encryptedPayload);
        initialPayload = encryptedPayload;
        session = new MseSession(infoHash, method, outgoing, incoming);
        state = State.FINISHED;
    }
}
