package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.KnownAddress.State;
import dev.jackdaw.protocol.PeerAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The addresses a torrent knows, and which of them to dial next.
///
/// An address is *idle*, *connecting*, *connected*, or *claimed* by a peer that dialled us. Idle ones are offered
/// in [DialOrder], among equals by canonical priority (BEP 40), or by a random rank while our own address is
/// unknown. After a failure or a disconnect an address rests for a time that doubles with each failure in a row.
///
/// What strangers say is worth little: they cannot make us dial hosts on our own network, fill the pool
/// with ports of one host, or push out addresses that were better vouched for.
final class PeerPool {
    /// Addresses known at a time. When it is full, a new one replaces one that failed or came from a less
    /// trusted source, or else is dropped.
    static final int MAX_ADDRESSES = 3_000;
    /// Addresses with the same host; more are dropped, unless the host is local.
    static final int MAX_PER_HOST = 8;
    /// So many addresses of each answer are equal; who tells of more than others has them dialled later, and
    /// pushed out first.
    static final int TURN = 50;
    /// Failures in a row after which an address that nobody vouches for is forgotten.
    static final int MAX_FAILURES = 6;

    /// Breaking the rules counts as so many failures more.
    static final int OFFENCE_FAILURES = 4;

    static final long MIN_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(10);
    static final long MAX_BACKOFF_NANOS = TimeUnit.HOURS.toNanos(1);
    /// The longest rest of an address that the user named.
    static final long MAX_USER_BACKOFF_NANOS = TimeUnit.MINUTES.toNanos(2);
    /// A connection that lasted this long clears the failures before it.
    static final long GOOD_CONNECTION_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// An address to dial.
    record Candidate(PeerAddress address, PeerSource source) {}

    private final RandomGenerator random;
    private final int capacity;
    private final Map<PeerAddress, KnownAddress> entries = new HashMap<>();
    private final Map<PeerAddress, Integer> perHost = new HashMap<>();
    private final DialOrder order = new DialOrder();
    private final BanList bans = new BanList();
    private final Set<PeerAddress> ignored = BanList.newest(BanList.MOST);
    private @Nullable PeerAddress external;

    PeerPool(RandomGenerator random) {
        this(random, MAX_ADDRESSES);
    }

    /// @param capacity addresses known at a time
    PeerPool(RandomGenerator random, int capacity) {
        this.random = random;
        this.capacity = capacity;
    }

    /// Tells our address as others see it and the port where we listen; ranks all candidates anew.
    void setExternalAddress(PeerAddress address) {
        if (address.equals(external)) {
            return;
        }
        external = address;
        order.clear();
        for (KnownAddress entry : entries.values()) {
            entry.priority = ConnectionPriority.of(address, entry.address);
        }
        order.addAll(entries.values());
    }

    /// While seeding, peers known to be seeds are not offered.
    void setSeeding(boolean value) {
        order.setSeeding(value, entries.values());
    }

    /// Takes addresses from a source on the Internet; says how many are new.
    int add(PeerSource source, List<PeerAddress> addresses, long nowNanos) {
        return add(source, false, addresses, nowNanos);
    }

    /// Takes addresses; says how many are new.
    ///
    /// @param sourceIsLocal whether who told us is itself on this host or a private network: only then may
    ///                      a tracker, a peer or a DHT node name local addresses
    int add(PeerSource source, boolean sourceIsLocal, List<PeerAddress> addresses, long nowNanos) {
        int added = 0;
        for (PeerAddress address : addresses) {
            if (!isAcceptable(source, sourceIsLocal, address)) {
                continue;
            }
            KnownAddress known = entries.get(address);
            if (known == null) {
                added += insert(source, address, added / TURN, nowNanos) ? 1 : 0;
            } else if (source.trust() > known.source.trust()) {
                vouch(known, source, nowNanos);
            }
        }
        return added;
    }

    /// Somebody who is trusted more has told of an address. What a peer that claimed it has brought upon it is
    /// forgotten.
    private void vouch(KnownAddress known, PeerSource source, long nowNanos) {
        order.remove(known);
        if (known.source == PeerSource.INCOMING) {
            known.failures = 0;
            known.readyAtNanos = Math.min(known.readyAtNanos, nowNanos);
            if (known.state == State.CLAIMED && source == PeerSource.USER) {
                known.state = State.IDLE;
            }
        }
        known.source = source;
        order.add(known, nowNanos);
    }

    /// The best address to dial now. Asking changes nothing; tell with [#connecting] that it is being
    /// dialled.
    Optional<Candidate> next(long nowNanos) {
        return order.first(nowNanos).map(first -> new Candidate(first.address, first.source));
    }

    /// When [#next] will have something: `Long.MIN_VALUE` for now, `Long.MAX_VALUE` for not before
    /// something is added.
    long nextReadyNanos() {
        return order.nextReadyNanos();
    }

    void connecting(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry != null) {
            order.remove(entry);
            entry.state = State.CONNECTING;
        }
    }

    /// A peer that dialled us says that it listens there. The address is added if there is room, and not dialled
    /// meanwhile, unless the user has named it: the peer may lie, and keep us from its honest neighbour.
    void claimed(PeerAddress address, long nowNanos) {
        if (!entries.containsKey(address) && address.isDialable()) {
            insert(PeerSource.INCOMING, address, 0, nowNanos);
        }
        KnownAddress entry = entries.get(address);
        if (entry != null && entry.state == State.IDLE && entry.source != PeerSource.USER) {
            order.remove(entry);
            entry.state = State.CLAIMED;
            entry.connectedAtNanos = nowNanos;
        }
    }

    /// The connection of a peer that had said so has ended. An address that others have told of as well is dialled
    /// as if nothing had happened.
    void unclaimed(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry == null || entry.state == State.CONNECTING) {
            return;
        }
        if (entry.source == PeerSource.INCOMING) {
            disconnected(address, false, nowNanos);
        } else {
            released(address, nowNanos);
        }
    }

    /// Whether nobody but a peer that dialled us has told of that address.
    boolean isClaimedOnly(PeerAddress address) {
        KnownAddress entry = entries.get(address);
        return entry != null && entry.source == PeerSource.INCOMING;
    }

    /// A connection to that address is open.
    void connected(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry != null) {
            order.remove(entry);
            entry.state = State.CONNECTED;
            entry.connectedAtNanos = nowNanos;
        }
    }

    /// A connection was not made.
    void failed(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry == null) {
            return;
        }
        order.remove(entry);
        entry.state = State.IDLE;
        entry.failures++;
        if (entry.failures >= MAX_FAILURES && entry.source.trust() <= PeerSource.RESUME.trust()) {
            remove(entry);
        } else {
            rest(entry, nowNanos);
        }
    }

    /// A connection has ended. A short one counts as a failure, unless neither side could want anything; after a long
    /// one, or one that was of use, the address starts afresh.
    ///
    /// @param wasOfUse whether something of what came over it was found right
    void disconnected(PeerAddress address, boolean wasOfUse, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry == null) {
            return;
        }
        if (order.leavesOut(entry)) {
            released(address, nowNanos);
            return;
        }
        boolean connected = entry.state == State.CONNECTED || entry.state == State.CLAIMED;
        boolean wasLong = connected && nowNanos - entry.connectedAtNanos >= GOOD_CONNECTION_NANOS;
        if (!wasLong && !wasOfUse) {
            failed(address, nowNanos);
            return;
        }
        order.remove(entry);
        entry.state = State.IDLE;
        entry.failures = 0;
        rest(entry, nowNanos);
    }

    /// The connection that has just ended did so because the peer broke the rules: a long rest, as after many
    /// failures.
    void offended(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry != null && entry.state == State.IDLE) {
            order.remove(entry);
            entry.failures += OFFENCE_FAILURES;
            rest(entry, nowNanos);
        }
    }

    /// A connection, or the making of one, has ended by our own wish and by no fault of the peer: no
    /// failure, no rest.
    void released(PeerAddress address, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry == null || entry.state == State.IDLE) {
            return;
        }
        order.remove(entry);
        if (entry.state == State.CONNECTED && nowNanos - entry.connectedAtNanos >= GOOD_CONNECTION_NANOS) {
            entry.failures = 0;
        }
        entry.state = State.IDLE;
        entry.readyAtNanos = nowNanos;
        order.add(entry, nowNanos);
    }

    /// Remembers whether a peer has everything.
    void setSeed(PeerAddress address, boolean seed, long nowNanos) {
        KnownAddress entry = entries.get(address);
        if (entry != null && entry.seed != seed) {
            order.remove(entry);
            entry.seed = seed;
            order.add(entry, nowNanos);
        }
    }

    /// Who is not dialled, nor let in, again.
    BanList bans() {
        return bans;
    }

    /// Never dials that host again, and forgets its addresses.
    ///
    /// @param shared whether a peer of the same host has proven honest, so that the one address is meant
    void ban(PeerAddress address, boolean shared) {
        bans.add(address, shared);
        for (Iterator<KnownAddress> it = entries.values().iterator(); it.hasNext(); ) {
            KnownAddress entry = it.next();
            if (bans.contains(entry.address)) {
                order.remove(entry);
                it.remove();
                perHost.computeIfPresent(entry.address.withPort(0), (_, n) -> n == 1 ? null : n - 1);
            }
        }
    }

    /// Never dials exactly that address again: it turned out to be ourselves.
    void ignore(PeerAddress address) {
        ignored.add(address);
        KnownAddress entry = entries.get(address);
        if (entry != null) {
            order.remove(entry);
            remove(entry);
        }
    }

    /// Whether we are reached there, as far as we know.
    boolean isOurs(PeerAddress address) {
        return address.equals(external);
    }

    /// The most trusted of those who told of that address; empty if it is not known.
    Optional<PeerSource> source(PeerAddress address) {
        return Optional.ofNullable(entries.get(address)).map(entry -> entry.source);
    }

    boolean knows(PeerAddress address) {
        return entries.containsKey(address);
    }

    /// Addresses known, connected ones included.
    int size() {
        return entries.size();
    }

    private boolean isAcceptable(PeerSource source, boolean sourceIsLocal, PeerAddress address) {
        if (!address.isDialable() || ignored.contains(address) || bans.contains(address)) {
            return false;
        }
        return switch (source) {
            case TRACKER, DHT, PEX, HOLEPUNCH -> sourceIsLocal || !address.isLocal();
            case USER, LOCAL_DISCOVERY, INCOMING, RESUME -> true;
        };
    }

    private boolean insert(PeerSource source, PeerAddress address, int turn, long nowNanos) {
        PeerAddress host = address.withPort(0);
        int ports = perHost.getOrDefault(host, 0);
        if (ports >= MAX_PER_HOST && source != PeerSource.USER && !address.isLocal()) {
            return false;
        }
        if (entries.size() >= capacity && !evictFor(source, turn)) {
            return false;
        }
        KnownAddress entry = new KnownAddress(address, turn, source);
        PeerAddress ours = external;
        entry.priority = ours == null ? random.nextInt() & 0xffff_ffffL : ConnectionPriority.of(ours, address);
        entries.put(address, entry);
        perHost.merge(host, 1, Integer::sum);
        order.add(entry, nowNanos);
        return true;
    }

    /// Removes the worst idle address, if one is worse than a new one of that source.
    private boolean evictFor(PeerSource source, int turn) {
        KnownAddress worst = null;
        for (KnownAddress entry : entries.values()) {
            boolean worse = entry.failures > 0
                    || entry.source.trust() < source.trust()
                    || (entry.source == source && entry.turn > turn);
            if (entry.state == State.IDLE && worse && (worst == null || entry.isWorseThan(worst))) {
                worst = entry;
            }
        }
        if (worst == null) {
            return false;
        }
        order.remove(worst);
        remove(worst);
        return true;
    }

    private void rest(KnownAddress entry, long nowNanos) {
        long longest = entry.source == PeerSource.USER ? MAX_USER_BACKOFF_NANOS : MAX_BACKOFF_NANOS;
        int doublings = Math.min(Math.max(0, entry.failures - 1), 16);
        long nanos = Math.min(longest, MIN_BACKOFF_NANOS << doublings);
        entry.readyAtNanos = nowNanos + nanos - random.nextLong(nanos / 4);
        order.add(entry, nowNanos);
    }

    private void remove(KnownAddress entry) {
        entries.remove(entry.address);
        perHost.computeIfPresent(entry.address.withPort(0), (_, n) -> n == 1 ? null : n - 1);
    }
}
