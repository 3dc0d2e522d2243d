package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.net.mse.CryptoMethod;
import dev.jackdaw.peer.net.mse.MseHandshake;
import dev.jackdaw.peer.net.mse.SkeyHash;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A session's rules for message stream encryption: whom to dial with it, whom to let in, and for which torrents.
/// Thread-safe, but for [#mayExchangeKeys].
final class StreamEncryption {
    /// Keys exchanged with peers that dial us, 0.13 ms each on the first loop. Beyond that a connection is closed when
    /// its key arrives: a flood of keys then costs a fifteenth of the loop, and whoever means well dials again.
    static final int MAX_KEY_EXCHANGES_PER_SECOND = 500;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Encryption mode;
    /// Thread-safe.
    private final RandomGenerator random;
    private final Ticker ticker;

    /// By what an encrypted handshake names them.
    private final Map<SkeyHash, InfoHash> torrents = new ConcurrentHashMap<>();

    /// Touched on the first loop only, as is the next.
    private long secondBeganNanos;
    private int exchanges;

    /// @param random asked on several threads
    StreamEncryption(Encryption mode, RandomGenerator random, Ticker ticker) {
        this.mode = mode;
        this.random = random;
        this.ticker = ticker;
        this.secondBeganNanos = ticker.nanos();
    }

    /// From now on peers may connect for that torrent.
    void add(InfoHash torrent) {
        torrents.put(SkeyHash.of(torrent), torrent);
    }

    void remove(InfoHash torrent) {
        torrents.remove(SkeyHash.of(torrent));
    }

    /// Whether the first attempt to connect to a peer is encrypted.
    boolean dialsEncrypted() {
        return switch (mode) {
            case OFF -> false;
            case PREFER, REQUIRE -> true;
        };
    }

    /// Whether plain connections will do as well as encrypted ones: a peer may dial us so, and who does not take the
    /// first handshake that we send is sent one of the other kind.
    boolean allowsPlain() {
        return switch (mode) {
            case OFF, PREFER -> true;
            case REQUIRE -> false;
        };
    }

    /// Our side of a connection that we dial, `first` travelling with it.
    MseHandshake initiator(Handshake first) {
        ByteBuf payload = Unpooled.buffer(Handshake.LENGTH);
        first.encode(payload);
        Set<CryptoMethod> offer = allowsPlain() ? EnumSet.allOf(CryptoMethod.class) : EnumSet.of(CryptoMethod.RC4);
        return MseHandshake.initiator(first.infoHash(), offer, payload.array(), random);
    }

    /// Our side of a connection that a peer has dialled.
    MseHandshake responder() {
        List<CryptoMethod> preference = switch (mode) {
            // the peer has hidden its handshake; what follows is cheaper plain, if that will do for it
            case OFF -> List.of(CryptoMethod.PLAINTEXT, CryptoMethod.RC4);
            case PREFER -> List.of(CryptoMethod.RC4, CryptoMethod.PLAINTEXT);
            case REQUIRE -> List.of(CryptoMethod.RC4);
        };
        return MseHandshake.responder(skey -> Optional.ofNullable(torrents.get(skey)), preference, random);
    }

    /// Whether one more peer that dialled us may cost us a key exchange, which is then counted. On the first loop.
    boolean mayExchangeKeys() {
        long now = ticker.nanos();
        if (now - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = now;
            exchanges = 0;
        }
        return exchanges++ < MAX_KEY_EXCHANGES_PER_SECOND;
    }
}
