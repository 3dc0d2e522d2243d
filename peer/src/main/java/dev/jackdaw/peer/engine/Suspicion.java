package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is held against the peers that dial us from a host, since those before them from there broke the rules.
///
/// A liar that is thrown out comes back from another port under another id, and many hosts are shared, by the
/// users of one NAT or by all peers of this very machine. So nobody is banned for his neighbours' sake, but
/// they are not believed either: a newcomer from such a host is a *suspect*. Suspects are tried one at a time,
/// who was never tried before the others, and not told before that we are interested, as those who send
/// without being asked begin then: on [Parole], with a piece of its own and no other, and the first
/// block that nobody asked for ends the connection. One whose piece passes is a peer like any other. After a
/// trial that ended in an offence the host's next one waits a second, or, while some proven peer gives us
/// something, each time twice as long: so what liars cost is little beside what is gained, and an honest one
/// among them is found though nobody else serves us.
///
/// A host that offends all the time has its connections refused but for a few a second.
final class Suspicion {
    /// Hosts remembered; the one that offended longest ago is forgiven for a new one.
    static final int MAX_HOSTS = 1_000;
    /// A host that broke no rule for so long is forgiven.
    static final long FORGIVEN_NANOS = TimeUnit.MINUTES.toNanos(30);
    /// Offences that a host may commit at once before its connections are refused,
    static final int BURST = 20;
    /// and after which time one more.
    static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /// The pause after the first offence of a trial, while others serve us.
    static final long MIN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /// The pause while nobody else does.
    static final long EAGER_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_PAUSE_DOUBLINGS = 6;
    /// A suspect that owes a block for so long has had its trial; another has its turn.
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final class Host {
        long offendedAtNanos;
        /// When the offences so far will be forgotten, at one each [#PACE_NANOS].
        long debtUntilNanos;

        int failedTrials;
        long lastFailureNanos = Long.MIN_VALUE;

        @Nullable
        PeerLink onTrial;
    }

    private final Swarm swarm;
    private final Map<PeerAddress, Host> hosts = new LinkedHashMap<>();

    Suspicion(Swarm swarm) {
        this.swarm = swarm;
    }

    /// A peer that dialled us has broken the rules, or is proven to have lied. Held against its host is what cost us
    /// payload: what is only nonsense costs nothing more when it comes again.
    void offended(PeerLink link, long nowNanos) {
        if (!link.isIncoming() || link.fromPeer.total() == 0) {
            return; // what we dial is known by its port
        }
        PeerAddress address = host(link);
        Host host = hosts.remove(address);
        if (host == null) {
            host = new Host();
        }
        hosts.put(address, host); // the latest is the last
        if (hosts.size() > MAX_HOSTS) {
            Iterator<PeerAddress> oldest = hosts.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        host.offendedAtNanos = nowNanos;
        host.debtUntilNanos = Math.max(host.debtUntilNanos, nowNanos) + PACE_NANOS;
        if (link.isSuspect && link.triedAt != Long.MIN_VALUE) {
            host.lastFailureNanos = nowNanos;
            host.failedTrials++;
        }
    }

    /// Whether the peer is one too many from a host that offends all the time.
    boolean refuses(PeerLink link, long nowNanos) {
        Host host = link.isIncoming() ? hosts.get(host(link)) : null;
        return host != null && host.debtUntilNanos - nowNanos > BURST * PACE_NANOS;
    }

    /// Judges a new peer.
    void joined(PeerLink link, long nowNanos) {
        Host host = link.isIncoming() ? hosts.get(host(link)) : null;
        if (host != null && nowNanos - host.offendedAtNanos > FORGIVEN_NANOS) {
            hosts.remove(host(link));
            host = null;
        }
        link.isSuspect = host != null;
        link.onParole |= link.isSuspect;
    }

    void left(PeerLink link) {
        Host host = link.isSuspect ? hosts.get(host(link)) : null;
        if (host != null && host.onTrial == link) {
            host.onTrial = null;
        }
    }

    /// Whether the peer may be told that we are interested, and asked for anything: a suspect may while it is on
    /// trial.
    boolean mayAsk(PeerLink link, long nowNanos) {
        if (!link.isSuspect) {
            return true;
        }
        Host host = hosts.get(host(link));
        if (host == null) {
            return true; // forgiven, or forgotten
        }
        PeerLink tried = host.onTrial;
        if (tried != null && tried.isSuspect && isAwaited(tried, nowNanos)) {
            return tried == link;
        }
        host.onTrial = null;
        if (isTooSoon(host, nowNanos) || next(host(link)) != link) {
            return false;
        }
        host.onTrial = link;
        link.triedAt = nowNanos;
        return true;
    }

    /// Whether the suspect has still time: to unchoke us, once it was told that we are interested, or to send what
    /// it owes.
    private static boolean isAwaited(PeerLink tried, long nowNanos) {
        return tried.mayAsk()
                ? tried.pipeline.silentNanos(nowNanos) < PATIENCE_NANOS
                : nowNanos - tried.triedAt < PATIENCE_NANOS;
    }

    /// The suspect of that host whose turn it is: who was tried longest ago, or never.
    private @Nullable PeerLink next(PeerAddress host) {
        PeerLink first = null;
        for (PeerLink link : swarm.links()) {
            boolean waits = link.isSuspect
                    && (link.invited ? link.mayAsk() : link.interesting > 0)
                    && !link.pipeline.isOverdue()
                    && host(link).equals(host);
            if (waits && (first == null || link.triedAt < first.triedAt)) {
                first = link;
            }
        }
        return first;
    }

    private boolean isTooSoon(Host host, long nowNanos) {
        if (host.failedTrials == 0) {
            return false;
        }
        long pause = isServedByOthers()
                ? MIN_PAUSE_NANOS << Math.min(host.failedTrials - 1, MAX_PAUSE_DOUBLINGS)
                : EAGER_PAUSE_NANOS;
        return nowNanos - host.lastFailureNanos < pause;
    }

    private boolean isServedByOthers() {
        return swarm.links().stream().anyMatch(link -> link.isProven() && link.mayAsk());
    }

    private static PeerAddress host(PeerLink link) {
        return link.address().withPort(0);
    }
}
