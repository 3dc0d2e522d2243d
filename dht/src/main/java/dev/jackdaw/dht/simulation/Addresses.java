package dev.jackdaw.dht.simulation;

import dev.jackdaw.protocol.PeerAddress;

/// The addresses of the virtual Internet, each computed from the number of a node and back: number and host are
/// multiples of each other modulo 2^30, by an odd number and its inverse.
final class Addresses {
    /// Hosts are in 32.0.0.0 … 95.255.255.255, all of which is of the Internet.
    private static final int FIRST_HOST = 32 << 24;

    private static final int HOST_BITS = 30;
    private static final int SCATTER = 0x9E3779B1;
    private static final int GATHER = inverse(SCATTER);
    private static final int PORT = 6881;

    private Addresses() {}

    private static int inverse(int odd) {
        int inverse = odd;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - odd * inverse; // doubles the bits that are right (Newton)
        }
        return inverse;
    }

    static PeerAddress of(int number) {
        int host = FIRST_HOST + (number * SCATTER & (1 << HOST_BITS) - 1);
        return new PeerAddress(0, host & 0xffff_ffffL, false, PORT);
    }

    /// The number of the node that has, had or would have the address, or -1.
    static int number(PeerAddress address) {
        long host = address.low() - FIRST_HOST;
        if (address.v6() || host < 0 || host >>> HOST_BITS != 0) {
            return -1;
        }
        return (int) host * GATHER & (1 << HOST_BITS) - 1;
    }
}
