package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Tells peers of each other (BEP 11): what each subscriber has been told, and whether what it tells keeps to the
/// rules.
///
/// A message holds what changed since the last one to the same peer, so it is computed from the connections of this
/// moment; whoever came and went between two messages is never mentioned. The size of every table here is the number of
/// connections, and [#MAX_TOLD] for each.
final class PeerExchange {
    /// Between two messages to the same peer.
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(60);
    /// Before the first message to a peer, so that it can name those who come at the same time.
    static final long FIRST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /// Added, and as many dropped, contacts of a message.
    static final int MAX_CONTACTS = 50;
    /// Contacts that one peer knows of through us at a time; further ones wait until some have been dropped.
    static final int MAX_TOLD = 500;
    /// A received message is early if it comes sooner than this after the one before: other clients' minutes are short.
    static final long MIN_RECEIVE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(45);
    /// Added or dropped contacts that are read of a received message: twice the rule's; of the first message, which may
    /// be longer, [#MAX_FIRST_RECEIVED].
    static final int MAX_RECEIVED = 2 * MAX_CONTACTS;

    static final int MAX_FIRST_RECEIVED = 300;
    /// Early or over-long messages until a peer counts as a flooder; an orderly one makes up for one.
    static final int MAX_STRIKES = 8;

    /// A peer as others are told of it.
    ///
    /// @param flags of BEP 11: [#FLAG_ENCRYPTION] …
    record Contact(PeerAddress address, int flags) {}

    static final int FLAG_ENCRYPTION = 0x01;
    static final int FLAG_SEED = 0x02;
    static final int FLAG_UTP = 0x04;
    static final int FLAG_HOLEPUNCH = 0x08;
    static final int FLAG_REACHABLE = 0x10;

    /// A message to be sent now. No address is in both lists, none twice; not both are empty.
    record Message(PeerKey to, List<Contact> added, List<PeerAddress> dropped) {}

    /// What to do with a received message.
    enum Verdict {
        /// Use its addresses.
        ACCEPT,
        /// It came too early or is too long: do not use it.
        IGNORE,
        /// The peer has done that too often: disconnect it.
        FLOODING
    }

    private static final class Subscriber {
        final Set<PeerAddress> told = new LinkedHashSet<>();
        long dueNanos;

        Subscriber(long dueNanos) {
            this.dueNanos = dueNanos;
        }
    }

    private static final class Sender {
        long lastNanos = Long.MIN_VALUE;
        int strikes;
    }

    private final Map<PeerKey, Contact> contacts = new LinkedHashMap<>();
    private final Map<PeerKey, Subscriber> subscribers = new LinkedHashMap<>();
    private final Map<PeerKey, Sender> senders = new HashMap<>();

    /// A peer that others may be told of: its handshake is done and we know where it listens. Again, when its flags or
    /// address have changed. An address nobody can dial is not passed on.
    void joined(PeerKey peer, PeerAddress address, int flags) {
        if (address.isDialable()) {
            contacts.put(peer, new Contact(address, flags));
        }
    }

    /// The peer understands `ut_pex`. Repeats change nothing.
    void subscribed(PeerKey peer, long nowNanos) {
        subscribers.computeIfAbsent(peer, _ -> new Subscriber(nowNanos + FIRST_DELAY_NANOS));
    }

    /// The peer's later handshake has withdrawn `ut_pex`.
    void unsubscribed(PeerKey peer) {
        subscribers.remove(peer);
    }

    void left(PeerKey peer) {
        contacts.remove(peer);
        subscribers.remove(peer);
        senders.remove(peer);
    }

    /// The messages that are due.
    List<Message> poll(long nowNanos) {
        List<Message> messages = new ArrayList<>();
        subscribers.forEach((peer, subscriber) -> {
            if (subscriber.dueNanos <= nowNanos) {
                subscriber.dueNanos = nowNanos + INTERVAL_NANOS;
                Message message = update(peer, subscriber);
                if (!message.added.isEmpty() || !message.dropped.isEmpty()) {
                    messages.add(message);
                }
            }
        });
        return messages;
    }

    /// When [#poll] may have something; `Long.MAX_VALUE` without subscribers.
    long next() {
        long next = Long.MAX_VALUE;
        for (Subscriber subscriber : subscribers.values()) {
            next = Math.min(next, subscriber.dueNanos);
        }
        return next;
    }

    /// Judges a message from a peer.
    ///
    /// @param added   how many contacts it adds, both families together
    /// @param dropped how many it drops
    Verdict received(PeerKey peer, int added, int dropped, long nowNanos) {
        Sender sender = senders.computeIfAbsent(peer, _ -> new Sender());
        boolean first = sender.lastNanos == Long.MIN_VALUE;
        boolean early = !first && nowNanos - sender.lastNanos < MIN_RECEIVE_INTERVAL_NANOS;
        boolean tooLong = Math.max(added, dropped) > (first ? MAX_FIRST_RECEIVED : MAX_RECEIVED);
        if (early || tooLong) {
            sender.strikes++;
            return sender.strikes > MAX_STRIKES ? Verdict.FLOODING : Verdict.IGNORE;
        }
        sender.lastNanos = nowNanos;
        sender.strikes = Math.max(0, sender.strikes - 1);
        return Verdict.ACCEPT;
    }

    private Message update(PeerKey peer, Subscriber subscriber) {
        Map<PeerAddress, Contact> present = present(contacts.values());
        Contact self = contacts.get(peer);
        if (self != null) {
            present.remove(self.address);
        }
        List<PeerAddress> dropped = new ArrayList<>();
        for (Iterator<PeerAddress> told = subscriber.told.iterator();
                told.hasNext() && dropped.size() < MAX_CONTACTS; ) {
            PeerAddress address = told.next();
            if (!present.containsKey(address)) {
                told.remove();
                dropped.add(address);
            }
        }
        List<Contact> added = new ArrayList<>();
        for (Contact contact : present.values()) {
            if (added.size() >= MAX_CONTACTS || subscriber.told.size() >= MAX_TOLD) {
                break;
            }
            if (subscriber.told.add(contact.address)) {
                added.add(contact);
            }
        }
        return new Message(peer, List.copyOf(added), List.copyOf(dropped));
    }

    /// By address: two connections may lead to the same one.
    private static Map<PeerAddress, Contact> present(Collection<Contact> contacts) {
        Map<PeerAddress, Contact> present = LinkedHashMap.newLinkedHashMap(contacts.size());
        contacts.forEach(contact -> present.put(contact.address, contact));
        return present;
    }
}
