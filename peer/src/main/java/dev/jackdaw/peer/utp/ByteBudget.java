package dev.jackdaw.peer.utp;

/// Memory that the connections of one socket share for packets out of order. One thread.
final class ByteBudget {
    private final long max;
    private long used;

    ByteBudget(long max) {
        this.max = max;
    }

    boolean tryReserve(int bytes) {
        if (used + bytes > max) {
            return false;
        }
        used += bytes;
        return true;
    }

    void release(int bytes) {
        used -= bytes;
    }

    long used() {
        return used;
    }
}
