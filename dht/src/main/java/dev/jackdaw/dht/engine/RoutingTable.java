package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.engine.ReplacementCache.Candidate;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes of one family that a node knows, all of which have answered it (BEP 5, "Routing Table").
///
/// Bucket `b` holds up to eight nodes whose ids share exactly `b` leading bits with our own; the last bucket
/// holds all that share more, and is split when it is full. So the nodes closest to a target are in the bucket
/// of the bits that the target shares with our id, before all others, then in the deeper buckets, then in the
/// shallower ones.
///
/// How a member has answered is its [Standing]. A node that comes to a full bucket waits in the
/// [ReplacementCache], and takes the place of a member whose standing is bad. A member on probation is handed out
/// only where there are [too few][#FEW] others, and gives up its place to any other node.
///
/// An id keeps its address for as long as it answers there: only a node that fails can be replaced under its
/// own id. With `distinct`, a host is in the table once, and a bucket has at most [#PER_PREFIX] of one
/// neighbourhood.
final class RoutingTable {
    /// Nodes in a bucket, and in an answer: K.
    static final int BUCKET_SIZE = 8;
    /// Of one /24 or /48 in a bucket.
    private static final int PER_PREFIX = 2;
    /// With fewer other members, those on probation are handed out as well: the network is small or new, and has
    /// mostly nodes of whom one knows because they came.
    static final int FEW = 32;

    /// Enough for 2^40 nodes, and a bound for liars who name nodes ever nearer to us: each costs memory and
    /// searches.
    private static final int MAX_BUCKETS = 40;

    private final NodeId ownId;
    private final boolean distinct;
    /// Bucket by bucket; the marks of a row are its member's [Standing], the stamp says when it last answered.
    private final Contacts contacts;

    private byte[] sizes = new byte[1];
    private int[] changedSeconds = new int[1];
    private int buckets = 1;
    private int size;
    /// Members on probation.
    private int probationers;
    /// Made when the first bucket is full.
    private @Nullable ReplacementCache cache;

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
                mark(row, Standing.answered(standing(row)));
                contacts.stamp(row, nowSeconds);
                changedSeconds[bucket] = nowSeconds;
            } else if (Standing.hasFailed(standing(row)) && isWelcome(bucket, row, address)) {
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

    private int standing(int row) {
        return contacts.marks(row);
    }

    private void mark(int row, int standing) {
        probationers += (Standing.isOnProbation(standing) ? 1 : 0) - (Standing.isOnProbation(standing(row)) ? 1 : 0);
        contacts.marks(row, standing);
    }

    private boolean add(int bucketOfId, NodeId id, PeerAddress address, int nowSeconds, boolean onProbation) {
        int bucket = bucketOfId;
        while (sizes[bucket] == BUCKET_SIZE && bucket == buckets - 1 && buckets < MAX_BUCKETS) {
            split();
            bucket = bucketOf(id);
        }
        if (sizes[bucket] == BUCKET_SIZE && !Standing.givesWay(standing(worst(bucket)), onProbation)) {
            if (!onProbation) {
                cache().answered(bucket, id, address, nowSeconds);
            }
            return false;
        }
        if (!makeWay(bucket, address)) {
            return false;
        }
        changedSeconds[bucket] = nowSeconds;
        if (sizes[bucket] < BUCKET_SIZE) {
            int row = bucket * BUCKET_SIZE + sizes[bucket]++;
            contacts.marks(row, Standing.GOOD); // nobody is replaced
            replace(row, id, address, onProbation, nowSeconds);
            size++;
        } else {
            replace(worst(bucket), id, address, onProbation, nowSeconds);
        }
        return true;
    }

    private void replace(int row, NodeId id, PeerAddress address, boolean onProbation, int stampSeconds) {
        int standing = onProbation ? Standing.ON_PROBATION : Standing.GOOD;
        mark(row, standing);
        contacts.put(row, id, address, standing, stampSeconds);
    }

    /// Takes over who is in another table, with what is known of it but its failures.
    void addAll(RoutingTable other, int nowSeconds) {
        for (int b = other.buckets - 1; b >= 0; b--) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + other.sizes[b]; row++) {
                answered(
                        other.contacts.id(row),
                        other.contacts.address(row),
                        nowSeconds,
                        Standing.isOnProbation(other.standing(row)));
            }
        }
    }

    /// Whether the address may join the bucket; a member of another id at that very address gives up its place,
    /// since the address has just answered with a new one.
    private boolean makeWay(int bucket, PeerAddress address) {
        if (!distinct) {
            return true;
        }
        int row = rowOfHost(address);
        if (row < 0) {
            return isWelcome(bucket, -1, address);
        }
        if (contacts.port(row) != address.port()) {
            return false;
        }
        remove(row);
        return true;
    }

    private int rowOfHost(PeerAddress address) {
        for (int b = 0; b < buckets; b++) {
            for (int row = b * BUCKET_SIZE; row < b * BUCKET_SIZE + sizes[b]; row++) {
                if (contacts.hasHost(row, address)) {
                    return row;
                }
            }
        }
        return -1;
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

    /// A member, or none, has not answered in time. A member is due to be asked again soon, and gives its place to
    /// one that waits if its standing is bad now.
    void failed(NodeId id, PeerAddress address, int nowSeconds, int silenceSeconds) {
        int bucket = bucketOf(id);
        int row = find(bucket, id);
        if (row < 0 || !contacts.hasAddress(row, address)) {
            return;
        }
        int standing = Standing.failed(standing(row));
        mark(row, standing);
        int patience = Standing.patienceSeconds(standing, silenceSeconds);
        contacts.stamp(row, nowSeconds - patience + Standing.retrySeconds(standing, silenceSeconds));
        if (Standing.isBad(standing)) {
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
            if (contacts.hasAddress(row, address) && !Standing.hasFailed(standing(row))) {
                mark(row, Standing.heard(standing(row)));
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
            int count = findClosest(target, limit, false);
            if (count == limit) {
                return count;
            }
        }
        return findClosest(target, limit, true);
    }

    private int findClosest(NodeId target, int limit, boolean evenOnProbation) {
        int own = Math.min(ownId.sharedPrefix(target), buckets - 1);
        int count = consider(own, target, 0, limit, evenOnProbation);
        if (count < limit) {
            for (int b = own + 1; b < buckets; b++) {
                // they differ from the target in the same bit: all compete
                count = consider(b, target, count, limit, evenOnProbation);
            }
        }
        for (int b = own - 1; b >= 0 && count < limit; b--) {
            count = consider(b, target, count, limit, evenOnProbation);
        }
        return count;
    }

    private int consider(int bucket, NodeId target, int found, int limit, boolean evenOnProbation) {
        int count = found;
        int to = bucket * BUCKET_SIZE + sizes[bucket];
        for (int row = bucket * BUCKET_SIZE; row < to; row++) {
            if (!Standing.isPresentable(standing(row), evenOnProbation)) {
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
                int patience = Standing.patienceSeconds(standing(row), silenceSeconds);
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
            mark(row, Standing.checking(standing(row)));
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
            if (Standing.badness(standing(row)) > Standing.badness(standing(worst))) {
                worst = row;
            }
        }
        return worst;
    }

    private boolean hasFailing(int bucket) {
        boolean has = false;
        for (int row = bucket * BUCKET_SIZE; row < bucket * BUCKET_SIZE + sizes[bucket]; row++) {
            has |= Standing.hasFailed(standing(row));
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
    }

    private void remove(int row) {
        int bucket = row / BUCKET_SIZE;
        int last = bucket * BUCKET_SIZE + --sizes[bucket];
        mark(row, Standing.GOOD);
        if (row != last) {
            contacts.copy(last, row, 1);
        }
        size--;
    }

    private ReplacementCache cache() {
        if (cache == null) {
            cache = new ReplacementCache(contacts.v6);
        }
        return cache;
    }

    /// Gives the place of a bad member to the newest of those that wait and may have it; without one it stays
    /// until somebody comes.
    private void promote(int bucket, int bad) {
        if (cache == null) {
            return;
        }
        Candidate next = cache.takeNewest(bucket);
        while (next != null && !isEligible(next, bucket, bad)) {
            next = cache.takeNewest(bucket);
        }
        if (next != null) {
            replace(bad, next.id(), next.address(), false, next.answeredSeconds());
        }
    }

    private boolean isEligible(Candidate candidate, int bucket, int bad) {
        PeerAddress address = candidate.address();
        return find(bucket, candidate.id()) < 0
                && (!distinct || rowOfHost(address) < 0)
                && isWelcome(bucket, bad, address);
    }
}
