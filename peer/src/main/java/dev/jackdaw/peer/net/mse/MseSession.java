package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;
import io.netty.buffer.ByteBuf;

/// What a finished handshake has agreed on: the torrent, the method, and the two key streams. Not thread-safe: owned by
/// a connection, every byte of which goes through it once and in order.
public final class MseSession {
    private final InfoHash infoHash;
    private final CryptoMethod method;
    private final Rc4 outgoing;
    private final Rc4 incoming;

    MseSession(InfoHash infoHash, CryptoMethod method, Rc4 outgoing, Rc4 incoming) {
        this.infoHash = infoHash;
        this.method = method;
        this.outgoing = outgoing;
        this.incoming = incoming;
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    public CryptoMethod method() {
        return method;
    }

    /// Encrypts the readable bytes in place; does nothing for [CryptoMethod#PLAINTEXT]. The buffer must not be shared:
    /// what is sent to several peers has to be copied for each.
    public void encrypt(ByteBuf bytes) {
        if (method == CryptoMethod.RC4) {
            outgoing.apply(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
    }

    /// Decrypts the readable bytes in place; does nothing for [CryptoMethod#PLAINTEXT].
    public void decrypt(ByteBuf bytes) {
        if (method == CryptoMethod.RC4) {
            incoming.apply(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
    }
}
