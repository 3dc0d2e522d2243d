package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.PeerExchange.Contact;
import dev.jackdaw.peer.engine.PeerExchange.Message;
import dev.jackdaw.peer.engine.PeerExchange.Verdict;
import dev.jackdaw.protocol.PeerAddress;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerExchangeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final PeerExchange exchange = new PeerExchange();

    @Test
    void tellsASubscriberOfAllOthersAndThenOfChanges() {
        exchange.joined(key(1), at(1), PeerExchange.FLAG_REACHABLE);
        exchange.joined(key(2), at(2), PeerExchange.FLAG_SEED);
        exchange.subscribed(key(1), 0);
        assertEquals(PeerExchange.FIRST_DELAY_NANOS, exchange.next());

        List<Message> first = exchange.poll(5 * SECOND);
        exchange.left(key(2));
        exchange.joined(key(3), at(3), 0);

        assertEquals(
                List.of(new Message(key(1), List.of(new Contact(at(2), PeerExchange.FLAG_SEED)), List.of())), first);
        assertEquals(List.of(), exchange.poll(64 * SECOND));
        assertEquals(
                List.of(new Message(key(1), List.of(new Contact(at(3), 0)), List.of(at(2)))),
                exchange.poll(exchange.next()));
        assertEquals(List.of(), exchange.poll(exchange.next()));
    }

    @Test
    void doesNotMentionWhoCameAndWentBetweenMessages() {
        exchange.subscribed(key(1), 0);
        exchange.joined(key(2), at(2), 0);
        exchange.left(key(2));

        assertEquals(List.of(), exchange.poll(MINUTE));
    }

    @Test
    void doesNotPassOnWhatNobodyCanDial() {
        exchange.subscribed(key(1), 0);
        exchange.joined(key(2), at(2).withPort(0), 0);

        assertEquals(List.of(), exchange.poll(MINUTE));
    }

    @Test
    void sendsAtMostFiftyEachMinuteAndTellsTheRestLater() {
        exchange.subscribed(key(1), 0);
        for (int peer = 2; peer < 122; peer++) {
            exchange.joined(key(peer), at(peer), 0);
        }
        Set<PeerAddress> told = new HashSet<>();
        for (int minute = 1; minute <= 3; minute++) {
            Message message = exchange.poll(minute * MINUTE).getFirst();
            assertEquals(minute < 3 ? 50 : 20, message.added().size());
            message.added().forEach(contact -> assertTrue(told.add(contact.address())));
        }
        for (int peer = 2; peer < 122; peer++) {
            exchange.left(key(peer));
        }
        assertEquals(50, exchange.poll(4 * MINUTE).getFirst().dropped().size());
    }

    @Test
    void keepsEachSubscribersPictureExactThroughAnyChurn() {
        var random = new SplittableRandom(4);
        Map<PeerKey, Set<PeerAddress>> pictures = new HashMap<>();
        Map<PeerKey, Long> lastSent = new HashMap<>();
        Set<Long> present = new HashSet<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            long peer = random.nextInt(100);
            if (random.nextBoolean()) {
                exchange.joined(key(peer), at((int) peer + 1), 0);
                present.add(peer);
                if (random.nextInt(3) == 0) {
                    exchange.subscribed(key(peer), now);
                }
            } else if (random.nextInt(8) == 0) {
                exchange.left(key(peer));
                present.remove(peer);
                pictures.remove(key(peer));
                lastSent.remove(key(peer));
            }
            for (Message message : exchange.poll(now)) {
                Long before = lastSent.put(message.to(), now);
                assertTrue(before == null || now - before >= PeerExchange.INTERVAL_NANOS);
                Set<PeerAddress> picture = pictures.computeIfAbsent(message.to(), _ -> new HashSet<>());
                message.dropped().forEach(address -> assertTrue(picture.remove(address)));
                message.added().forEach(contact -> assertTrue(picture.add(contact.address())));
                assertTrue(message.added().size() <= 50 && message.dropped().size() <= 50);
                assertFalse(picture.contains(at((int) message.to().number() + 1)));
            }
            now += SECOND;
        }
        for (int minute = 0; minute < 5; minute++) {
            now += MINUTE;
            for (Message message : exchange.poll(now)) {
                Set<PeerAddress> picture = pictures.computeIfAbsent(message.to(), _ -> new HashSet<>());
                message.dropped().forEach(picture::remove);
                message.added().forEach(contact -> picture.add(contact.address()));
            }
        }
        pictures.forEach((peer, picture) -> {
            Set<PeerAddress> expected = new HashSet<>();
            present.stream().filter(p -> p != peer.number()).forEach(p -> expected.add(at((int) (p + 1))));
            assertEquals(expected, picture);
        });
    }

    @Test
    void ignoresEarlyAndOverlongMessagesAndEndsWithFlooders() {
        assertEquals(Verdict.ACCEPT, exchange.received(key(1), 200, 0, 0));
        assertEquals(Verdict.IGNORE, exchange.received(key(1), 1, 0, SECOND));
        assertEquals(Verdict.ACCEPT, exchange.received(key(1), 50, 50, MINUTE));
        assertEquals(Verdict.IGNORE, exchange.received(key(1), 0, 101, 2 * MINUTE));

        for (int i = 1; i < PeerExchange.MAX_STRIKES; i++) {
            assertEquals(Verdict.IGNORE, exchange.received(key(1), 1, 0, MINUTE + i));
        }
        assertEquals(Verdict.FLOODING, exchange.received(key(1), 1, 0, MINUTE + 99));
    }

    @Test
    void forgivesAPeerThatKeepsToTheRulesMostly() {
        long now = 0;
        for (int i = 0; i < 100; i++) {
            assertEquals(Verdict.ACCEPT, exchange.received(key(1), 10, 0, now));
            assertEquals(Verdict.IGNORE, exchange.received(key(1), 10, 0, now + SECOND));
            now += MINUTE;
        }
    }

    private static PeerKey key(long number) {
        return new PeerKey(number);
    }

    private static PeerAddress at(int host) {
        return PeerAddress.of(InetAddress.ofLiteral("20.0.0." + host).getAddress(), 6881);
    }
}
