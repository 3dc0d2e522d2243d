package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.Sha1;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/// The pieces that a peer of a given address may ask for while choked: the canonical set of BEP 6, so that a peer
/// cannot get other pieces by connecting again.
final class AllowedFastSet {
    /// Pieces in a set; BEP 6 suggests ten.
    static final int SIZE = 10;

    private AllowedFastSet() {}

    /// The pieces, in the order in which the algorithm yields them; all of them if there are no more than [#SIZE].
    static Set<Integer> of(InfoHash infoHash, PeerAddress address, int pieceCount) {
        Set<Integer> pieces = new LinkedHashSet<>();
        byte[] host = address.hostBytes();
        if (address.v6()) {
            host = Arrays.copyOf(host, 8); // a host's network, as the last byte of IPv4 is left out below
        } else {
            host[3] = 0;
        }
        byte[] x = ByteBuffer.allocate(host.length + InfoHash.LENGTH)
                .put(host)
                .put(infoHash.toBytes())
                .array();
        int size = Math.min(SIZE, pieceCount);
        while (pieces.size() < size) {
            x = Sha1.hash(x);
            ByteBuffer words = ByteBuffer.wrap(x);
            while (words.remaining() >= Integer.BYTES && pieces.size() < size) {
                pieces.add(Integer.remainderUnsigned(words.getInt(), pieceCount));
            }
        }
        return pieces;
    }
}
