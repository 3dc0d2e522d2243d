package dev.jackdaw.peer.engine;

/// The memory that all torrents of a session share for pieces in the making. An engine reserves a piece's length before
/// it asks for the first block, so what arrives always has a place: this is the back-pressure from disk to socket.
public interface BufferBudget {
    /// Takes the bytes if they are left. A piece larger than the whole budget is granted when nothing else is taken.
    boolean tryReserve(int bytes);

    /// Gives back what was reserved.
    void release(int bytes);

    /// Whether half of it is free: more is not to be held by a torrent that only waits.
    boolean isAmple();
}
