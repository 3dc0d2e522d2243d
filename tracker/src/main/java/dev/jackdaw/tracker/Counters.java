package dev.jackdaw.tracker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What the frontends count; safe for any number of threads.
final class Counters {
    final LongAdder udpAnnounces = new LongAdder();
    final LongAdder httpAnnounces = new LongAdder();
    final LongAdder refused = new LongAdder();
    final AtomicInteger httpConnections = new AtomicInteger();
}
