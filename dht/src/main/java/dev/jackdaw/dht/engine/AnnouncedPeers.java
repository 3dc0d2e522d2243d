package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The peers of one torrent that have announced themselves to this node: a few for each host, since several may share
/// an address, and nobody is to have many by counting ports.
///
/// A row is the host (1 or 4 words), port and whether it is a seed (one word), and the minute in which it
/// expires.
final class AnnouncedPeers {
    /// Of one host; one more takes the place of the one that expires first.
    static final int MOST_OF_HOST = 4;

    final NodeId infoHash;
    private final boolean v6;
    private final int stride;
    private int[] rows;
    private int size;
    /// Kept up to date from when somebody asked for them until a peer expires.
    private @Nullable BloomFilter seedFilter;

    private @Nullable BloomFilter peerFilter;

    AnnouncedPeers(NodeId infoHash, boolean v6) {
        this.infoHash = infoHash;
        this.v6 = v6;
        this.stride = v6 ? 6 : 3;
        this.rows = new int[stride];
    }

    int size() {
        return size;
    }

    /// Adds a peer, or renews it.
    ///
    /// @param limit of peers; with that many, the one that expires first makes way
    /// @return by how many the peers have become more
    int put(PeerAddress host, int port, boolean seed, int expiryMinute, int limit) {
        int before = size;
        int row = find(host, port);
        boolean isNew = row < 0;
        if (isNew && size >= limit) {
            row = oldest();
            forgetFilters();
        } else if (isNew) {
            row = size++;
            if (size * stride > rows.length) {
                rows = Arrays.copyOf(rows, Math.max(size + size / 2, 2) * stride);
            }
        } else if (isSeed(row) != seed) {
            forgetFilters();
        }
        write(row, host, port, seed, expiryMinute);
        BloomFilter filter = seed ? seedFilter : peerFilter;
        if (filter != null) {
            filter.add(host.hostBytes());
        }
        return size - before;
    }

    private void write(int row, PeerAddress host, int port, boolean seed, int expiryMinute) {
        int at = row * stride;
        if (v6) {
            rows[at] = (int) (host.high() >>> 32);
            rows[at + 1] = (int) host.high();
            rows[at + 2] = (int) (host.low() >>> 32);
            rows[at + 3] = (int) host.low();
        } else {
            rows[at] = (int) host.low();
        }
        rows[at + stride - 2] = port << 16 | (seed ? 1 : 0);
        rows[at + stride - 1] = expiryMinute;
    }

    /// The row of a peer, or the one that its host gives up for it; -1 if it is to have a new one.
    private int find(PeerAddress host, int port) {
        int oldest = -1;
        int ofHost = 0;
        for (int row = 0; row < size; row++) {
            if (!isOf(host, row)) {
                continue;
            }
            if (rows[row * stride + stride - 2] >>> 16 == port) {
                return row;
            }
            ofHost++;
            oldest = oldest < 0 || expiry(row) - expiry(oldest) < 0 ? row : oldest;
        }
        return ofHost < MOST_OF_HOST ? -1 : oldest;
    }

    private boolean isOf(PeerAddress host, int row) {
        int at = row * stride;
        return v6
                ? rows[at + 3] == (int) host.low()
                        && rows[at + 2] == (int) (host.low() >>> 32)
                        && rows[at + 1] == (int) host.high()
                        && rows[at] == (int) (host.high() >>> 32)
                : rows[at] == (int) host.low();
    }

    private boolean isSeed(int row) {
        return (rows[row * stride + stride - 2] & 1) != 0;
    }

    private int oldest() {
        int oldest = 0;
        for (int row = 1; row < size; row++) {
            oldest = expiry(row) - expiry(oldest) < 0 ? row : oldest;
        }
        return oldest;
    }

    private int expiry(int row) {
        return rows[row * stride + stride - 1];
    }

    /// When the last of them expires; of an empty one nothing is said.
    int lastExpiryMinute() {
        int last = expiry(0);
        for (int row = 1; row < size; row++) {
            last = expiry(row) - last > 0 ? expiry(row) : last;
        }
        return last;
    }

    /// Forgets those whose time is over; says how many.
    int expire(int nowMinute) {
        int kept = 0;
        for (int row = 0; row < size; row++) {
            if (expiry(row) - nowMinute > 0) {
                if (kept != row) {
                    System.arraycopy(rows, row * stride, rows, kept * stride, stride);
                }
                kept++;
            }
        }
        int gone = size - kept;
        size = kept;
        if (gone > 0) {
            rows = Arrays.copyOf(rows, Math.max(kept, 1) * stride);
            forgetFilters();
        }
        return gone;
    }

    /// Some of the peers, from a place of the list that changes.
    ///
    /// @return 6 or 18 bytes for each, as a message has them
    byte[] sample(int limit, boolean noSeed, RandomGenerator random) {
        int length = v6 ? PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH;
        byte[] out = new byte[Math.min(limit, size) * length];
        int first = size > limit ? random.nextInt(size) : 0;
        int at = 0;
        for (int i = 0; i < size && at < out.length; i++) {
            int row = first + i < size ? first + i : first + i - size;
            if (noSeed && isSeed(row)) {
                continue;
            }
            for (int word = row * stride; word < row * stride + stride - 2; word++, at += 4) {
                int host = rows[word];
                out[at] = (byte) (host >>> 24);
                out[at + 1] = (byte) (host >>> 16);
                out[at + 2] = (byte) (host >>> 8);
                out[at + 3] = (byte) host;
            }
            int port = rows[row * stride + stride - 2];
            out[at] = (byte) (port >>> 24);
            out[at + 1] = (byte) (port >>> 16);
            at += 2;
        }
        return at == out.length ? out : Arrays.copyOf(out, at);
    }

    /// `BFsd`: the hosts of all seeds.
    byte[] seedFilter() {
        BloomFilter filter = seedFilter;
        if (filter == null) {
            filter = filter(true);
            seedFilter = filter;
        }
        return filter.toBytes();
    }

    /// `BFpe`: the hosts of all others.
    byte[] peerFilter() {
        BloomFilter filter = peerFilter;
        if (filter == null) {
            filter = filter(false);
            peerFilter = filter;
        }
        return filter.toBytes();
    }

    private BloomFilter filter(boolean seeds) {
        BloomFilter filter = new BloomFilter();
        byte[] host = new byte[v6 ? 16 : 4];
        for (int row = 0; row < size; row++) {
            if (isSeed(row) != seeds) {
                continue;
            }
            for (int i = 0; i < host.length; i++) {
                host[i] = (byte) (rows[row * stride + i / 4] >>> (24 - 8 * (i % 4)));
            }
            filter.add(host);
        }
        return filter;
    }

    private void forgetFilters() {
        seedFilter = null;
        peerFilter = null;
    }
}
