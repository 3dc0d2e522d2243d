package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The side that dialled (A): knows the torrent, offers methods. See [MseHandshake].
public final class MseInitiator implements MseHandshake {
    /// crypto_select and the length of PadD.
    private static final int SELECT_LENGTH = 6;

    private enum State {
        /// Until B's public key is there.
        KEY,
        /// Through B's padding, until the encrypted zeros.
        SYNCHRONISATION,
        /// Until B's choice and the length of its second padding are there.
        SELECTION,
        /// Through that padding.
        PADDING,
        FINISHED,
        FAILED
    }

    private final InfoHash infoHash;
    private final Set<CryptoMethod> provide;
    private final byte[] initialPayload;
    private final RandomGenerator random;
    private final BigInteger privateKey;
    private final Gathered gathered = new Gathered();

    private State state = State.KEY;
    private int padding;
    private @Nullable LeadingPad leading;
    private @Nullable Rc4 outgoing;
    private @Nullable Rc4 incoming;
    private @Nullable CryptoMethod method;
    private @Nullable MseSession session;

    MseInitiator(InfoHash infoHash, Set<CryptoMethod> provide, byte[] initialPayload, RandomGenerator random) {
        if (provide.isEmpty() || initialPayload.length > MseResponder.MAX_INITIAL_PAYLOAD) {
            throw new IllegalArgumentException(
                    provide.size() + " methods, " + initialPayload.length + " bytes of initial payload");
        }
        this.infoHash = infoHash;
        this.provide = EnumSet.copyOf(provide);
        this.initialPayload = initialPayload;
        this.random = random;
        this.privateKey = MseCrypto.privateKey(random);
    }

    @Override
    public void begin(ByteBuf out) {
        out.writeBytes(MseCrypto.publicKey(privateKey)).writeBytes(MseCrypto.padding(random));
    }

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
        return new byte[0];
    }

    private int wanted() throws ProtocolException {
        return switch (state) {
            case KEY -> MseCrypto.KEY_LENGTH;
            case SYNCHRONISATION -> MseCrypto.VC_LENGTH;
            case SELECTION -> SELECT_LENGTH;
            case PADDING -> padding;
            case FINISHED -> 0;
            case FAILED -> throw new ProtocolException(Violation.UNEXPECTED, "encryption handshake has failed before");
        };
    }

    private void step(ByteBuf out) throws ProtocolException {
        switch (state) {
            case KEY -> onKey(gathered.take(), out);
            case SYNCHRONISATION -> synchronise();
            case SELECTION -> onSelection(gathered.take());
            case PADDING -> finish(gathered.take());
            case FINISHED, FAILED -> throw new IllegalStateException(state.name());
        }
    }

    private void onKey(byte[] otherKey, ByteBuf out) throws ProtocolException {
        byte[] secret = MseCrypto.secret(privateKey, otherKey);
        Rc4 toResponder = MseCrypto.initiatorStream(secret, infoHash);
        Rc4 fromResponder = MseCrypto.responderStream(secret, infoHash);
        outgoing = toResponder;
        incoming = fromResponder;

        out.writeBytes(MseCrypto.hash("req1", secret));
        out.writeBytes(MseCrypto.mask(secret, SkeyHash.of(infoHash).digest().toBytes()));
        byte[] pad = MseCrypto.padding(random);
        ByteBuffer encrypted = ByteBuffer.allocate(
                        MseCrypto.VC_LENGTH + SELECT_LENGTH + pad.length + Short.BYTES + initialPayload.length)
                .putLong(0)
                .putInt(CryptoMethod.toBits(provide))
                .putShort((short) pad.length)
                .put(pad)
                .putShort((short) initialPayload.length)
                .put(initialPayload);
        toResponder.apply(encrypted.array());
        out.writeBytes(encrypted.array());

        // eight zeros as they will come: this uses up the part of the stream that they are encrypted with
        byte[] zeros = new byte[MseCrypto.VC_LENGTH];
        fromResponder.apply(zeros);
        leading = new LeadingPad(zeros, "verification constant");
        state = State.SYNCHRONISATION;
    }

    private void synchronise() throws ProtocolException {
        assert leading != null;
        if (leading.isPassed(gathered)) {
            state = State.SELECTION;
        }
    }

    private void onSelection(byte[] encrypted) throws ProtocolException {
        assert incoming != null;
        incoming.apply(encrypted);
        ByteBuffer in = ByteBuffer.wrap(encrypted);
        int bits = in.getInt();
        Set<CryptoMethod> selected = CryptoMethod.ofBits(bits);
        if (Integer.bitCount(bits) != 1 || !provide.containsAll(selected) || selected.isEmpty()) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "crypto_select 0x" + Integer.toHexString(bits) + ", offered were " + provide);
        }
        method = selected.iterator().next();
        padding = LeadingPad.checkLength(in.getShort() & 0xffff);
        state = State.PADDING;
    }

    private void finish(byte[] encryptedPadding) {
        assert incoming != null && outgoing != null && method != null;
        incoming.apply(encryptedPadding);
        session = new MseSession(infoHash, method, outgoing, incoming);
        state = State.FINISHED;
    }
}
