package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The nodes of one family that a node knows, all of which have answered it (BEP 5, "Routing Table").
///
/// Bucket `b` holds up to eight nodes whose ids share exactly `b` leading bits with our own; the last bucket
/// holds all that share more, and is split when it is full. So the nodes closest to a target are in the bucket
/// of the bits that the target shares with our id, before all others, then in the deeper buckets, then in the
/// shallower ones.
///
/// A node that comes to a full bucket waits in that bucket's replacement cache, and takes the place of one that
/// has failed [#FAILURES] times in a row. Nodes that have failed once are kept, and not handed out.
///
/// An id keeps its address for as long as it answers there: only a node that fails can be replaced under its
/// own id. With `distinct`, a host is in the table once, and a bucket has at most [#PER_PREFIX] of one
/// neighbourhood.
final class RoutingTable {
    /// Nodes in a bucket, and in an answer: K.
    static final int BUCKET_SIZE = 8;
    /// Nodes that wait for a place in a bucket.
    private static final int CACHE_SIZE = 4;
    /// In a row, until a node is bad.
    private static final int FAILURES = 2;
    /// Of one /24 or /48 in a bucket.
    private static final int PER_PREFIX = 2;
    /// The deepest bucket: nobody has 2^128 neighbours.
    private static final int MAX_BUCKETS = 128;

    private final NodeId ownId;
    private final boolean distinct;
    private final Contacts contacts;
    private byte[] sizes = new byte[1];
    private int[] changedSeconds = new int[1];
    private int buckets = 1;
    private int size;
    /// Made when the first bucket is full.
    private @Nullable Contacts cache;

    private byte[] cacheSizes = {};
    private final int[] closest = new int[BUCKET_SIZE];

    RoutingTable(NodeId ownId, boolean v6, boolean distinct) {
        this.ownId = ownId;
        this.distinct = distinct;
        this.contacts = new Contacts(v6, BUCKET_SIZE);
    }

    int size() {
        return size;
    }

    int buckets() {
        return buckets;
    }

    /// Whether a bucket has no room. The last one has, since it is split when it is full.
    boolean isFull(int bucket) {
        return bucket < buckets - 1 && sizes[bucket] == BUCKET_SIZE;
    }

    /// A node has answered, from this address. It is refreshed, or becomes a member where there is room.
    ///
    /// @return whether it is a member now and was none before
    boolean answered(NodeId id, PeerAddress address, int nowSeconds) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row >= 0) {
            if (contacts.hasAddress(row, address)) {
                contacts.marks(row, 0);
                contacts.stamp(row, nowSeconds);
                changedSeconds[bucket] = nowSeconds;
            } else if (contacts.marks(row) > 0 && isWelcome(bucket, row, address)) {
                contacts.put(row, id, address, 0, nowSeconds); // it has moved: its old address no longer answers
                changedSeconds[bucket] = nowSeconds;
            }
            return false;
        }
        if (id.equals(ownId)) {
            return false;
        }
        return add(bucket, id, address, nowSeconds);
    }

    private boolean add(int bucketOfId, NodeId id, PeerAddress address, int nowSeconds) {
        int bucket = bucketOfId;
        while (sizes[bucket] == BUCKET_SIZE && bucket == buckets - 1 && buckets < MAX_BUCKETS) {
            split();
            bucket = bucketOf(id);
        }
        if (sizes[bucket] == BUCKET_SIZE && contacts.marks(worst(bucket)) < FAILURES) {
            cache(bucket, id, address, nowSeconds);
            return false;
        }
        if (!makeWay(bucket, address)) {
            return false;
        }
        changedSeconds[bucket] = nowSeconds;
        if (sizes[bucket] < BUCKET_SIZE) {
            contacts.put(bucket * BUCKET_SIZE + sizes[bucket]++, id, address, 0, nowSeconds);
            size++;
        } else {
            contacts.put(worst(bucket), id, address, 0, nowSeconds);
        }
        return true;
    }

    /// Whether the address may join the bucket; a member of another id at that very address gives up its place,
    /// since the address has just answered with a new one.
    private boolean makeWay(int bucket, PeerAddress address) {
        if (!distinct) {
            return true;
        }
        for (int b = 0; b < buckets; b++) {
            for (int i = 0; i < sizes[b]; i++) {
                int row = b * BUCKET_SIZE + i;
                if (contacts.hasHost(row, address)) {
                    if (contacts.port(row) != address.port()) {
                        return false;
                    }
                    remove(b, row);
                    return true;
                }
            }
        }
        return isWelcome(bucket, -1, address);
    }

    private boolean isWelcome(int bucket, int except, PeerAddress address) {
        if (!distinct) {
            return true;
        }
        int neighbours = 0;
        for (int i = 0; i < sizes[bucket]; i++) {
            int row = bucket * BUCKET_SIZE + i;
            neighbours += row != except && contacts.samePrefix(row, address) ? 1 : 0;
        }
        return neighbours < PER_PREFIX;
    }

    /// A member, or none, has not answered in time. A member is due to be asked again in a minute, then in two,
    /// four …
    void failed(NodeId id, PeerAddress address, int nowSeconds, int silenceSeconds) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row < 0 || !contacts.hasAddress(row, address)) {
            return;
        }
        int failures = Math.min(contacts.marks(row) + 1, 255);
        contacts.marks(row, failures);
        contacts.stamp(row, nowSeconds - silenceSeconds + Math.min(60 << Math.min(failures - 1, 8), silenceSeconds));
        if (failures >= FAILURES) {
            promote(bucket, row);
        }
    }

    /// A query has come, as if from this node: a member is as good as if it had answered (BEP 5), nobody
    /// becomes one.
    ///
    /// @return whether the node is worth asking whether it exists: it is no member, and its bucket has room
    boolean heard(NodeId id, PeerAddress address, int nowSeconds) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row >= 0) {
            if (contacts.hasAddress(row, address) && contacts.marks(row) == 0) {
                contacts.stamp(row, nowSeconds);
            }
            return false;
        }
        return sizes[bucket] < BUCKET_SIZE
                || (bucket == buckets - 1 && buckets < MAX_BUCKETS)
                || contacts.marks(worst(bucket)) > 0;
    }

    /// Writes the closest nodes in good standing, the closest first, as a message has them.
    ///
    /// @param limit 0 … 8
    /// @return 26 or 38 bytes for each
    byte[] closest(NodeId target, int limit) {
        int count = findClosest(target, limit);
        int length = contacts.compactLength();
        byte[] compact = new byte[count * length];
        for (int i = 0; i < count; i++) {
            contacts.writeCompact(closest[i], compact, i * length);
        }
        return compact;
    }

    private int findClosest(NodeId target, int limit) {
        int own = Math.min(ownId.sharedPrefix(target), buckets - 1);
        int count = consider(own, target, 0, limit);
        if (count < limit) {
            for (int b = own + 1; b < buckets; b++) {
                count = consider(b, target, count, limit); // they differ from the target in the same bit: all compete
            }
        }
        for (int b = own - 1; b >= 0 && count < limit; b--) {
            count = consider(b, target, count, limit);
        }
        return count;
    }

    private int consider(int bucket, NodeId target, int found, int limit) {
        int count = found;
        int to = bucket * BUCKET_SIZE + sizes[bucket];
        for (int row = bucket * BUCKET_SIZE; row < to; row++) {
            if (contacts.marks(row) > 0) {
                continue;
            }
            int place = count;
            while (place > 0 && contacts.compareDistance(row, closest[place - 1], target) < 0) {
                place--;
            }
            if (place >= limit) {
                continue;
            }
            count = Math.min(count + 1, limit);
            System.arraycopy(closest, place, closest, place + 1, count - place - 1);
            closest[place] = row;
        }
        return count;
    }

    /// The member that has been silent longest, if longer than that.
    @Nullable
    NodeContact stalest(int nowSeconds, int silenceSeconds) {
        int oldest = -1;
        int longest = silenceSeconds - 1;
        for (int b = 0; b < buckets; b++) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + sizes[b]; row++) {
                int silence = nowSeconds - contacts.stamp(row);
                if (silence > longest) {
                    longest = silence;
                    oldest = row;
                }
            }
        }
        return oldest < 0 ? null : new NodeContact(contacts.id(oldest), contacts.address(oldest));
    }

    /// Puts a member at the end of those to be asked whether they still exist.
    void checking(NodeId id, int stampSeconds) {
        int row = find(bucketOf(id), id);
        if (row >= 0) {
            contacts.stamp(row, stampSeconds);
        }
    }

    /// A bucket in which nothing has changed for so long, or -1; it counts as changed from now on.
    int staleBucket(int nowSeconds, int silenceSeconds) {
        for (int b = 0; b < buckets; b++) {
            if (nowSeconds - changedSeconds[b] >= silenceSeconds) {
                changedSeconds[b] = nowSeconds;
                return b;
            }
        }
        return -1;
    }

    /// All members, those close to our own id first.
    List<NodeContact> members() {
        List<NodeContact> all = new ArrayList<>(size);
        for (int b = buckets - 1; b >= 0; b--) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + sizes[b]; row++) {
                all.add(new NodeContact(contacts.id(row), contacts.address(row)));
            }
        }
        return all;
    }

    boolean has(NodeId id, PeerAddress address) {
        int row = find(bucketOf(id), id);
        return row >= 0 && contacts.hasAddress(row, address);
    }

    private int bucketOf(NodeId id) {
        return Math.min(ownId.sharedPrefix(id), buckets - 1);
    }

    private int find(int bucket, NodeId id) {
        int to = bucket * BUCKET_SIZE + sizes[bucket];
        for (int row = bucket * BUCKET_SIZE; row < to; row++) {
            if (contacts.hasId(row, id)) {
                return row;
            }
        }
        return -1;
    }

    /// Of a bucket that is not empty: the row with the most failures.
    private int worst(int bucket) {
        int from = bucket * BUCKET_SIZE;
        int worst = from;
        for (int row = from + 1; row < from + sizes[bucket]; row++) {
            if (contacts.marks(row) > contacts.marks(worst)) {
                worst = row;
            }
        }
        return worst;
    }

    private void split() {
        int last = buckets - 1;
        buckets++;
        contacts.resize(buckets * BUCKET_SIZE);
        sizes = Arrays.copyOf(sizes, buckets);
        changedSeconds = Arrays.copyOf(changedSeconds, buckets);
        changedSeconds[buckets - 1] = changedSeconds[last];
        int from = last * BUCKET_SIZE;
        int kept = 0;
        for (int i = 0; i < BUCKET_SIZE; i++) {
            boolean deeper = contacts.sharedPrefix(from + i, ownId) > last;
            int to = deeper ? (last + 1) * BUCKET_SIZE + sizes[last + 1]++ : from + kept++;
            if (to != from + i) {
                contacts.copy(from + i, to, 1);
            }
        }
        sizes[last] = (byte) kept;
        if (cache != null && cacheSizes.length > last) {
            cacheSizes[last] = 0; // who waited there may belong to either
        }
    }

    private void remove(int bucket, int row) {
        int last = bucket * BUCKET_SIZE + --sizes[bucket];
        if (row != last) {
            contacts.copy(last, row, 1);
        }
        size--;
    }

    private void cache(int bucket, NodeId id, PeerAddress address, int nowSeconds) {
        if (cache == null || cacheSizes.length < buckets) {
            if (cache == null) {
                cache = new Contacts(contacts.v6, buckets * CACHE_SIZE);
            }
            cache.resize(buckets * CACHE_SIZE);
            cacheSizes = Arrays.copyOf(cacheSizes, buckets);
        }
        int from = bucket * CACHE_SIZE;
        int oldest = from;
        for (int row = from; row < from + cacheSizes[bucket]; row++) {
            if (cache.hasId(row, id) || cache.hasHost(row, address)) {
                if (cache.hasAddress(row, address)) {
                    cache.put(row, id, address, 0, nowSeconds);
                }
                return;
            }
            oldest = cache.stamp(row) - cache.stamp(oldest) < 0 ? row : oldest;
        }
        int row = cacheSizes[bucket] < CACHE_SIZE ? from + cacheSizes[bucket]++ : oldest;
        cache.put(row, id, address, 0, nowSeconds);
    }

    /// Gives the place of a bad member to the newest of those that wait; without one it stays until somebody
    /// comes.
    private void promote(int bucket, int bad) {
        IntPredicate waiting = b -> b < cacheSizes.length && cacheSizes[b] > 0;
        Contacts waiters = cache;
        while (waiters != null && waiting.test(bucket)) {
            int from = bucket * CACHE_SIZE;
            int newest = from;
            for (int row = from + 1; row < from + cacheSizes[bucket]; row++) {
                newest = waiters.stamp(row) - waiters.stamp(newest) > 0 ? row : newest;
            }
            PeerAddress address = waiters.address(newest);
            NodeId id = waiters.id(newest);
            int stamp = waiters.stamp(newest);
            int last = from + --cacheSizes[bucket];
            if (newest != last) {
                waiters.copy(last, newest, 1);
            }
            if (find(bucket, id) < 0 && isFree(address) && isWelcome(bucket, bad, address)) {
                contacts.put(bad, id, address, 0, stamp);
                return;
            }
        }
    }

    private boolean isFree(PeerAddress address) {
        if (distinct) {
            for (int b = 0; b < buckets; b++) {
                for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + sizes[b]; row++) {
                    if (contacts.hasHost(row, address)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
