package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.SipHash;
import java.util.random.RandomGenerator;

/// Tokens by which a node shows, when it stores something, that it receives at the address it sends from (BEP
/// 5).
///
/// A token is a keyed hash of host, target and the time in steps of five minutes: nothing is remembered. One is
/// good for five to ten minutes, for one info-hash or item, from any port of one host.
final class WriteTokens {
    /// In bytes.
    static final int LENGTH = 8;

    private static final long STEP_NANOS = 5L * 60 * 1_000_000_000;

    private final SipHash hash;

    /// @param random unguessable
    WriteTokens(RandomGenerator random) {
        this.hash = new SipHash(random);
    }

    byte[] issue(PeerAddress host, NodeId target, long nowNanos) {
        long token = token(host, target, step(nowNanos));
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (token >>> 8 * i);
        }
        return bytes;
    }

    boolean accepts(byte[] token, PeerAddress host, NodeId target, long nowNanos) {
        if (token.length != LENGTH) {
            return false;
        }
        long shown = 0;
        for (int i = 0; i < LENGTH; i++) {
            shown |= (token[i] & 0xffL) << 8 * i;
        }
        long step = step(nowNanos);
        return shown == token(host, target, step) || shown == token(host, target, step - 1);
    }

    private long token(PeerAddress host, NodeId target, long step) {
        return hash.hash(host.high(), host.low(), target.high(), target.middle(), target.low(), step);
    }

    private static long step(long nowNanos) {
        return Math.floorDiv(nowNanos, STEP_NANOS);
    }
}
