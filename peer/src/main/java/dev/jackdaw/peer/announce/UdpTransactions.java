package dev.jackdaw.peer.announce;

import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// The client's side of UDP trackers (BEP 15) as a state machine: which packets to send, when to send them again, and
/// what an answer belongs to. No sockets, no clock; owned by one thread.
///
/// A call goes through attempts. Each sends the request if the tracker's connection id is known, else asks for an id
/// (one question for all calls that wait for the same tracker). Attempt *n* waits 15·2ⁿ seconds and the next one takes
/// the next address of the tracker's name; after [#TOTAL_NANOS] the call has failed. The protocol would go on for an
/// hour, but the [announce schedule][dev.jackdaw.peer.engine.TorrentEffect.Announce] has other trackers to ask and a
/// back-off of its own.
///
/// An answer is believed if its transaction id is open and it comes from the address that was asked; everything else is
/// counted and dropped, for UDP's source addresses can be forged.
final class UdpTransactions {
    /// BEP 15, "Time outs": 15·2ⁿ seconds.
    static final long FIRST_TIMEOUT_NANOS = 15_000_000_000L;
    /// From the first packet to the failure.
    static final long TOTAL_NANOS = 60_000_000_000L;
    /// BEP 15: a client can use a connection id until one minute after it has received it.
    static final long CONNECTION_ID_NANOS = 60_000_000_000L;
    /// Calls at a time; the next one fails at once.
    static final int MAX_CALLS = 8192;
    /// Trackers whose connection id is remembered; the one used longest ago makes room.
    static final int MAX_TRACKERS = 512;

    /// Where packets go.
    @FunctionalInterface
    interface Outbox {
        /// Sends a packet.
        ///
        /// @return why that is impossible, if it is
        Optional<String> send(InetSocketAddress to, UdpTrackerPacket.Request packet);
    }

    /// What is to be asked.
    @FunctionalInterface
    interface Question {
        UdpTrackerPacket.Request packet(int transactionId, long connectionId);
    }

    /// Who wants to know. Called once, as the last thing that is done for the call.
    interface Asker {
        void answered(UdpTrackerPacket.Reply packet, InetSocketAddress tracker);

        void failed(String reason);
    }

    private final RandomGenerator random;
    private final Outbox outbox;
    /// Everything that an answer may come for: a [Call] or a [Tracker]'s connection id.
    private final Map<Integer, Transaction> transactions = new HashMap<>();
    private final LinkedHashMap<InetSocketAddress, Tracker> trackers = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeSet<Call> deadlines = new TreeSet<>((a, b) -> a.deadlineNanos == b.deadlineNanos
            ? Long.compare(a.number, b.number)
            : Long.compare(a.deadlineNanos, b.deadlineNanos));
    private long callsMade;
    private long ignored;

    UdpTransactions(RandomGenerator random, Outbox outbox) {
        this.random = random;
        this.outbox = outbox;
    }

    private sealed interface Transaction {}

    /// A tracker's address and, for a minute, its connection id.
    private static final class Tracker implements Transaction {
        final InetSocketAddress address;
        final Set<Call> waiting = new LinkedHashSet<>();
        boolean connected;
        long connectionId;
        long validUntilNanos;
        /// Of the connect under way; the same for all its repetitions, so that a late answer is good too.
        Optional<Integer> connecting = Optional.empty();
        long connectSentNanos;

        Tracker(InetSocketAddress address) {
            this.address = address;
        }

        boolean isConnected(long nowNanos) {
            return connected && nowNanos - validUntilNanos < 0;
        }
    }

    private static final class Call implements Transaction {
        final long number;
        final int transactionId;
        final List<InetSocketAddress> addresses;
        final Question question;
        final Asker asker;
        final long endNanos;
        int attempt;
        long deadlineNanos;
        InetSocketAddress asked;
        /// Whether the request went out with an id that an earlier call had got; a refusal may then be for the id.
        boolean withOldId;

        Call(
                long number,
                int transactionId,
                List<InetSocketAddress> addresses,
                Question question,
                Asker asker,
                long endNanos) {
            this.number = number;
            this.transactionId = transactionId;
            this.addresses = addresses;
            this.question = question;
            this.asker = asker;
            this.endNanos = endNanos;
            this.asked = addresses.getFirst();
        }
    }

    /// Packets that belonged to nothing: forged, late or broken.
    long ignored() {
        return ignored;
    }

    /// Counts a datagram that could not be decoded.
    void undecodable() {
        ignored++;
    }

    /// Begins a call.
    ///
    /// @param addresses of one tracker, at least one, in the order they are to be tried
    void ask(List<InetSocketAddress> addresses, Question question, Asker asker, long nowNanos) {
        if (deadlines.size() >= MAX_CALLS) {
            asker.failed("more than " + MAX_CALLS + " UDP tracker calls at a time");
            return;
        }
        Call call = new Call(
                callsMade++, newTransactionId(), List.copyOf(addresses), question, asker, nowNanos + TOTAL_NANOS);
        transactions.put(call.transactionId, call);
        attempt(call, nowNanos);
    }

    /// Takes a packet.
    void received(InetSocketAddress from, UdpTrackerPacket.Reply packet, long nowNanos) {
        switch (transactions.get(packet.transactionId())) {
            case Tracker tracker when tracker.address.equals(from) -> onConnectAnswer(tracker, packet, nowNanos);
            case Call call when call.asked.equals(from) -> onAnswer(call, packet, nowNanos);
            case null, default -> ignored++;
        }
    }

    /// When [#timeout] has something to do; `Long.MAX_VALUE` for never.
    long nextTimeoutNanos() {
        return deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.getFirst().deadlineNanos;
    }

    /// Goes on with calls whose time is over; harmless at any other time.
    void timeout(long nowNanos) {
        while (!deadlines.isEmpty() && deadlines.getFirst().deadlineNanos - nowNanos <= 0) {
            Call call = deadlines.getFirst();
            if (call.endNanos - nowNanos <= 0) {
                fail(call, "no answer from " + describe(call.asked) + " within " + TOTAL_NANOS / 1_000_000_000 + " s");
                continue;
            }
            Tracker silent = tracker(call.asked);
            silent.waiting.remove(call);
            silent.connected = false; // an id that is not answered any more may be why
            call.attempt++;
            attempt(call, nowNanos);
        }
    }

    /// Ends everything.
    void failAll(String reason) {
        while (!deadlines.isEmpty()) {
            fail(deadlines.getFirst(), reason);
        }
    }

    /// Sends what the call's attempt needs, to the first address from its own on that can be sent to.
    private void attempt(Call call, long nowNanos) {
        deadlines.remove(call);
        call.deadlineNanos = Math.min(nowNanos + (FIRST_TIMEOUT_NANOS << call.attempt), call.endNanos);
        deadlines.add(call);
        Optional<String> failure = Optional.empty();
        for (int i = 0; i < call.addresses.size(); i++) {
            call.asked = call.addresses.get((call.attempt + i) % call.addresses.size());
            Tracker tracker = tracker(call.asked);
            failure = tracker.isConnected(nowNanos) ? request(call, tracker) : connect(call, tracker, nowNanos);
            if (failure.isEmpty()) {
                return;
            }
        }
        fail(call, "cannot send to " + describe(call.asked) + ": " + failure.orElse(""));
    }

    private Optional<String> request(Call call, Tracker tracker) {
        call.withOldId = true;
        return outbox.send(tracker.address, call.question.packet(call.transactionId, tracker.connectionId));
    }

    private Optional<String> connect(Call call, Tracker tracker, long nowNanos) {
        boolean underWay = tracker.connecting.isPresent() && nowNanos - tracker.connectSentNanos < FIRST_TIMEOUT_NANOS;
        if (!underWay) {
            int id = tracker.connecting.orElseGet(this::newTransactionId);
            Optional<String> failure = outbox.send(tracker.address, new UdpTrackerPacket.Connect(id));
            if (failure.isPresent()) {
                return failure;
            }
            tracker.connecting = Optional.of(id);
            tracker.connectSentNanos = nowNanos;
            transactions.put(id, tracker);
        }
        tracker.waiting.add(call);
        return Optional.empty();
    }

    private void onConnectAnswer(Tracker tracker, UdpTrackerPacket.Reply packet, long nowNanos) {
        switch (packet) {
            case UdpTrackerPacket.Connected connected -> {
                endConnect(tracker);
                tracker.connected = true;
                tracker.connectionId = connected.connectionId();
                tracker.validUntilNanos = nowNanos + CONNECTION_ID_NANOS;
                for (Call call : takeWaiting(tracker)) {
                    request(call, tracker).ifPresent(failure -> fail(call, failure));
                    call.withOldId = false;
                }
            }
            case UdpTrackerPacket.Failed failed -> {
                endConnect(tracker);
                takeWaiting(tracker).forEach(call -> fail(call, failed.message()));
            }
            default -> ignored++;
        }
    }

    private void onAnswer(Call call, UdpTrackerPacket.Reply packet, long nowNanos) {
        switch (packet) {
            case UdpTrackerPacket.Announced _, UdpTrackerPacket.Scraped _ -> {
                end(call);
                call.asker.answered(packet, call.asked);
            }
            case UdpTrackerPacket.Failed _
            when call.withOldId -> {
                // the tracker may have been restarted since, and know the id no more: once more with a new one
                tracker(call.asked).connected = false;
                call.withOldId = false;
                attempt(call, nowNanos);
            }
            case UdpTrackerPacket.Failed failed -> fail(call, failed.message());
            default -> ignored++;
        }
    }

    private void fail(Call call, String reason) {
        end(call);
        call.asker.failed(reason);
    }

    private void end(Call call) {
        transactions.remove(call.transactionId);
        deadlines.remove(call);
        Tracker tracker = trackers.get(call.asked);
        if (tracker != null && tracker.waiting.remove(call) && tracker.waiting.isEmpty()) {
            endConnect(tracker);
        }
    }

    private void endConnect(Tracker tracker) {
        tracker.connecting.ifPresent(transactions::remove);
        tracker.connecting = Optional.empty();
    }

    private static List<Call> takeWaiting(Tracker tracker) {
        List<Call> waiting = List.copyOf(tracker.waiting);
        tracker.waiting.clear();
        return waiting;
    }

    private Tracker tracker(InetSocketAddress address) {
        Tracker tracker = trackers.computeIfAbsent(address, Tracker::new);
        if (trackers.size() > MAX_TRACKERS) {
            // one that calls wait for stays: there are at most as many as there are calls
            trackers.values().stream()
                    .filter(each -> each != tracker && each.waiting.isEmpty())
                    .findFirst()
                    .ifPresent(oldest -> {
                        endConnect(oldest);
                        trackers.remove(oldest.address);
                    });
        }
        return tracker;
    }

    private int newTransactionId() {
        int id = random.nextInt();
        while (transactions.containsKey(id)) {
            id = random.nextInt();
        }
        return id;
    }

    private static String describe(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " port " + address.getPort();
    }
}
