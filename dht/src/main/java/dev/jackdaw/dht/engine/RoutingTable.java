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
/// A node that was asked because its own query had come is *on probation*: behind a NAT it answers through the
/// hole that its query made, and nobody else (Jiménez, Osmani, Knutsson: Sub-Second Lookups on a Large-Scale
/// Kademlia-Based Overlay, 2011, "quarantine"). It is handed out only where there are [too few][#FEW] others, and
/// gives up its place to any other node. Once it has been silent for so long that a NAT has forgotten us, it is
/// asked again; if it answers then, it is a member like others.
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
    /// After that much silence a NAT has forgotten us: most do after 30 to 120 s (RFC 4787, REQ-5).
    static final int PROBATION_SECONDS = 180;

    /// With fewer other members, those on probation are handed out as well: the network is small or new, and has mostly
    /// nodes of whom one knows because they came.
    static final int FEW = 32;

    /// Of a row's marks: the failures in a row.
    private static final int FAILED = 0xff;
    /// Not a failure: the node is on probation.
    private static final int PROBATION = 0x100;
    /// Likewise: and is asked now, long after it last asked us.
    private static final int EXAMINED = 0x200;
    /// Enough for 2^40 nodes, and a bound for liars who name nodes ever nearer to us: each costs memory and searches.
    private static final int MAX_BUCKETS = 40;

    private final NodeId ownId;
    private final boolean distinct;
    private final Contacts contacts;
    private byte[] sizes = new byte[1];
    private int[] changedSeconds = new int[1];
    private int buckets = 1;
    private int size;
    /// Members on probation.
    private int probationers;
    /// Made when the first bucket is full; has room for the buckets up to the deepest that was.
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
        return answered(id, address, nowSeconds, false);
    }

    /// The same.
    ///
    /// @param onProbation whether it was asked because it had asked us, which says nothing about others who ask it
    boolean answered(NodeId id, PeerAddress address, int nowSeconds, boolean onProbation) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row >= 0) {
            if (contacts.hasAddress(row, address)) {
                boolean stays = onProbation(row) && (contacts.marks(row) & EXAMINED) == 0;
                probationers -= onProbation(row) && !stays ? 1 : 0;
                contacts.marks(row, stays ? PROBATION : 0);
                contacts.stamp(row, nowSeconds);
                changedSeconds[bucket] = nowSeconds;
            } else if (failures(row) > 0 && isWelcome(bucket, row, address)) {
                replace(row, id, address, onProbation, nowSeconds); // it no longer answers at its old address
                changedSeconds[bucket] = nowSeconds;
            }
            return false;
        }
        if (id.equals(ownId)) {
            return false;
        }
        return add(bucket, id, address, nowSeconds, onProbation);
    }

    private int failures(int row) {
        return contacts.marks(row) & FAILED;
    }

    private boolean onProbation(int row) {
        return (contacts.marks(row) & PROBATION) != 0;
    }

    private boolean add(int bucketOfId, NodeId id, PeerAddress address, int nowSeconds, boolean onProbation) {
        int bucket = bucketOfId;
        while (sizes[bucket] == BUCKET_SIZE && bucket == buckets - 1 && buckets < MAX_BUCKETS) {
            split();
            bucket = bucketOf(id);
        }
        if (sizes[bucket] == BUCKET_SIZE && !givesWay(worst(bucket), onProbation)) {
            if (!onProbation) {
                cache(bucket, id, address, nowSeconds);
            }
            return false;
        }
        if (!makeWay(bucket, address)) {
            return false;
        }
        changedSeconds[bucket] = nowSeconds;
        if (sizes[bucket] < BUCKET_SIZE) {
            int row = bucket * BUCKET_SIZE + sizes[bucket]++;
            contacts.marks(row, 0); // nobody is replaced
            replace(row, id, address, onProbation, nowSeconds);
            size++;
        } else {
            replace(worst(bucket), id, address, onProbation, nowSeconds);
        }
        return true;
    }

    private void replace(int row, NodeId id, PeerAddress address, boolean onProbation, int stampSeconds) {
        probationers += (onProbation ? 1 : 0) - (onProbation(row) ? 1 : 0);
        contacts.put(row, id, address, onProbation ? PROBATION : 0, stampSeconds);
    }

    /// Whether a member leaves its place to one that may be on probation.
    private boolean givesWay(int row, boolean toProbation) {
        return failures(row) >= FAILURES || (!toProbation && onProbation(row));
    }

    /// Takes over who is in another table, with what is known of it but its failures.
    void addAll(RoutingTable other, int nowSeconds) {
        for (int b = other.buckets - 1; b >= 0; b--) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + other.sizes[b]; row++) {
                answered(other.contacts.id(row), other.contacts.address(row), nowSeconds, other.onProbation(row));
            }
        }
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
        int failures = Math.min(failures(row) + 1, FAILED);
        contacts.marks(row, contacts.marks(row) & PROBATION | failures);
        int patience = onProbation(row) ? PROBATION_SECONDS : silenceSeconds;
        contacts.stamp(row, nowSeconds - patience + Math.min(60 << Math.min(failures - 1, 8), silenceSeconds));
        if (failures >= FAILURES) {
            promote(bucket, row);
        }
    }

    /// A query has come, as if from this node: a member is as good as if it had answered (BEP 5), nobody
    /// becomes one. One on probation has opened its NAT again: its examination begins anew.
    ///
    /// @return whether the node is worth asking whether it exists: it is no member, and its bucket has room
    boolean heard(NodeId id, PeerAddress address, int nowSeconds) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row >= 0) {
            if (contacts.hasAddress(row, address) && failures(row) == 0) {
                contacts.marks(row, contacts.marks(row) & PROBATION);
                contacts.stamp(row, nowSeconds);
            }
            return false;
        }
        return sizes[bucket] < BUCKET_SIZE || (bucket == buckets - 1 && buckets < MAX_BUCKETS) || hasFailing(bucket);
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
        if (size - probationers >= FEW) {
            int count = findClosest(target, limit, 0);
            if (count == limit) {
                return count;
            }
        }
        return findClosest(target, limit, PROBATION | EXAMINED);
    }

    /// @param tolerated marks that members may have
    private int findClosest(NodeId target, int limit, int tolerated) {
        int own = Math.min(ownId.sharedPrefix(target), buckets - 1);
        int count = consider(own, target, 0, limit, tolerated);
        if (count < limit) {
            for (int b = own + 1; b < buckets; b++) {
                // they differ from the target in the same bit: all compete
                count = consider(b, target, count, limit, tolerated);
            }
        }
        for (int b = own - 1; b >= 0 && count < limit; b--) {
            count = consider(b, target, count, limit, tolerated);
        }
        return count;
    }

    private int consider(int bucket, NodeId target, int found, int limit, int tolerated) {
        int count = found;
        int to = bucket * BUCKET_SIZE + sizes[bucket];
        for (int row = bucket * BUCKET_SIZE; row < to; row++) {
            if ((contacts.marks(row) & ~tolerated) != 0) {
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

    /// The members that have been silent longest beyond that time, or beyond their probation, the longest first.
    ///
    /// @param limit 0 … 8
    List<NodeContact> stalest(int nowSeconds, int silenceSeconds, int limit) {
        int[] overdues = new int[limit];
        int[] rows = new int[limit];
        int count = 0;
        for (int b = 0; b < buckets; b++) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + sizes[b]; row++) {
                int patience = onProbation(row) ? PROBATION_SECONDS : silenceSeconds;
                int overdue = nowSeconds - contacts.stamp(row) - patience;
                if (overdue < 0 || (count == limit && overdue <= overdues[limit - 1])) {
                    continue;
                }
                int place = count < limit ? count++ : limit - 1;
                for (; place > 0 && overdue > overdues[place - 1]; place--) {
                    overdues[place] = overdues[place - 1];
                    rows[place] = rows[place - 1];
                }
                overdues[place] = overdue;
                rows[place] = row;
            }
        }
        List<NodeContact> stalest = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            stalest.add(new NodeContact(contacts.id(rows[i]), contacts.address(rows[i])));
        }
        return stalest;
    }

    /// Puts a member at the end of those to be asked whether they still exist.
    void checking(NodeId id, int stampSeconds) {
        int row = find(bucketOf(id), id);
        if (row >= 0) {
            contacts.stamp(row, stampSeconds);
            contacts.marks(row, contacts.marks(row) | (onProbation(row) ? EXAMINED : 0));
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

    boolean has(NodeId id) {
        return find(bucketOf(id), id) >= 0;
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

    /// Of a bucket that is not empty: the row that gives up its place first: a bad one, then one on probation.
    private int worst(int bucket) {
        int from = bucket * BUCKET_SIZE;
        int worst = from;
        for (int row = from + 1; row < from + sizes[bucket]; row++) {
            if (badness(row) > badness(worst)) {
                worst = row;
            }
        }
        return worst;
    }

    private int badness(int row) {
        int failures = failures(row);
        return failures >= FAILURES ? FAILED + failures : onProbation(row) ? FAILED : failures;
    }

    private boolean hasFailing(int bucket) {
        boolean has = false;
        for (int row = bucket * BUCKET_SIZE; row < bucket * BUCKET_SIZE + sizes[bucket]; row++) {
            has |= failures(row) > 0;
        }
        return has;
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
        probationers -= onProbation(row) ? 1 : 0;
        if (row != last) {
            contacts.copy(last, row, 1);
        }
        size--;
    }

    private void cache(int bucket, NodeId id, PeerAddress address, int nowSeconds) {
        if (cache == null) {
            cache = new Contacts(contacts.v6, 0);
        }
        if (cacheSizes.length <= bucket) {
            cache.resize((bucket + 1) * CACHE_SIZE);
            cacheSizes = Arrays.copyOf(cacheSizes, bucket + 1);
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
                replace(bad, id, address, false, stamp);
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
