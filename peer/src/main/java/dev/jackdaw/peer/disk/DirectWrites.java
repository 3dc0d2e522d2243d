package dev.jackdaw.peer.disk;

/// Which of a torrent's writes go past the system's cache, straight from a piece's buffer to the device.
///
/// Copying a piece into the cache costs more than hashing it (measured: 0.75 against 0.6 CPU-seconds per GiB), and the
/// copies push out what other programs have there. So large writes go directly while the device keeps up with a quick
/// network. One that is slow is better off with the cache, which sorts and joins writes and lends its memory to a
/// burst: then the next [#REST] writes go through the cache before it is tried again. A busy processor looks like a
/// slow device, and passes. Where the file system refuses, everything goes through the cache from then on.
///
/// The device takes whole blocks at multiples of their length, from memory that is so aligned too: what is left over at
/// both ends goes through the cache. That never shares a page of the cache with what was written directly.
///
/// Thread-safe.
final class DirectWrites {
    /// Blocks of devices and pages of memory are no longer than this, on the systems where direct writes are tried.
    static final int UNIT = 4096;
    /// Below this a write costs more in waiting for the device than in copying.
    static final int MIN_LENGTH = 256 * 1024;
    /// The same for one that must be copied to where it is aligned. In 2,000 files of half a megabyte, copying all
    /// shares from 256 KiB on took a sixth more CPU time than leaving them to the cache.
    static final int MIN_COPIED_LENGTH = 768 * 1024;
    /// A device slower than this is used through the cache. One write at a time is meant, so a hard disk that must move
    /// its head for each piece is slow, and flash is quick.
    static final long MIN_BYTES_PER_SECOND = 50_000_000;
    /// The measured time is the mean of about so many writes: a single slow one means little.
    private static final int MEMORY = 16;
    /// Large writes that go through the cache after the device was slow.
    static final int REST = 256;

    private volatile boolean possible;
    /// Large writes until it is tried again. Guarded by this.
    private int resting;
    /// Nanoseconds a byte, smoothed. Guarded by this.
    private double cost;

    DirectWrites(boolean possible) {
        this.possible = possible;
    }

    /// Only Linux was measured.
    static DirectWrites whereMeasured() {
        return new DirectWrites(System.getProperty("os.name", "").equals("Linux"));
    }

    /// How many bytes of a write lie before the first whole unit of the file that it fills.
    static int head(long position) {
        return (int) (-position & (UNIT - 1));
    }

    /// Whether what comes after the [#head] is where the device can take it from.
    ///
    /// @param at where the bytes begin in a memory that begins at a page
    static boolean isAligned(long position, int at) {
        return (at + head(position)) % UNIT == 0;
    }

    /// How many bytes of a write, from the [#head] on, may go directly.
    int share(long position, int at, int length) {
        int units = units(position, at, length);
        return units > 0 && isAwake() ? units : 0;
    }

    /// Whether most of such a write would go directly now.
    synchronized boolean suit(long position, int at, int length) {
        return units(position, at, length) > 0 && resting <= 1;
    }

    /// Bytes in whole units, 0 if they are too few.
    private int units(long position, int at, int length) {
        int left = length - head(position);
        int enough = isAligned(position, at) ? MIN_LENGTH : MIN_COPIED_LENGTH;
        return possible && left >= enough ? left - left % UNIT : 0;
    }

    private synchronized boolean isAwake() {
        if (resting > 0) {
            resting--;
        }
        return resting == 0;
    }

    /// A write has gone directly.
    synchronized void took(int bytes, long nanos) {
        cost += ((double) nanos / bytes - cost) / MEMORY;
        if (cost * MIN_BYTES_PER_SECOND > 1e9) {
            cost = 0;
            resting = REST;
        }
    }

    /// The file system cannot.
    void refused() {
        possible = false;
    }
}
