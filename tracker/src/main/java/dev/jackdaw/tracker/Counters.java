package dev.jackdaw.tracker;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What the frontends count since the start, by protocol, address family and event; safe for any number of threads.
final class Counters {
    /// How a request came.
    enum Protocol {
        HTTP,
        UDP
    }

    /// Why a request was not answered with what it asked for.
    enum Refusal {
        /// Not a whole request, or a value that makes no sense.
        MALFORMED,
        /// A UDP request without a connection id of its sender's.
        CONNECTION_ID,
        /// [AnnouncePolicy] said no.
        POLICY,
        /// Too large, too slow, or one connection too many.
        LIMIT
    }

    private static final int EVENTS = AnnounceEvent.values().length;
    private static final int FAMILIES = Family.values().length;
    private static final int PROTOCOLS = Protocol.values().length;
    private static final int REFUSALS = Refusal.values().length;

    private final LongAdder[] announces = adders(PROTOCOLS * FAMILIES * EVENTS);
    private final LongAdder[] scrapes = adders(PROTOCOLS * FAMILIES);
    private final LongAdder[] refused = adders(PROTOCOLS * REFUSALS);
    private final LongAdder[] connects = adders(FAMILIES);
    /// HTTP connections open now.
    final AtomicInteger httpConnections = new AtomicInteger();

    /// Announces answered with peers.
    LongAdder announces(Protocol protocol, Family family, AnnounceEvent event) {
        return announces[(protocol.ordinal() * FAMILIES + family.ordinal()) * EVENTS + event.ordinal()];
    }

    /// Scrapes answered, however many torrents each names.
    LongAdder scrapes(Protocol protocol, Family family) {
        return scrapes[protocol.ordinal() * FAMILIES + family.ordinal()];
    }

    /// UDP connection ids given out.
    LongAdder connects(Family family) {
        return connects[family.ordinal()];
    }

    LongAdder refused(Protocol protocol, Refusal why) {
        return refused[protocol.ordinal() * REFUSALS + why.ordinal()];
    }

    /// Announces over one protocol, of both families and all events.
    long announces(Protocol protocol) {
        long sum = 0;
        for (int i = 0; i < FAMILIES * EVENTS; i++) {
            sum += announces[protocol.ordinal() * FAMILIES * EVENTS + i].sum();
        }
        return sum;
    }

    /// Refusals of both protocols.
    long refused() {
        long sum = 0;
        for (LongAdder adder : refused) {
            sum += adder.sum();
        }
        return sum;
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }
}
