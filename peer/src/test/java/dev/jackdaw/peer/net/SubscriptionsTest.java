package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionsTest {
    private static final PublisherLink LINK = PublisherLink.of(new byte[32], new byte[0]);

    @TempDir
    Path directory;

    private final EventFeed feed = new EventFeed();
    private final PublisherItems dht = new PublisherItems();
    private final Subscriptions subscriptions = subscriptions(Optional.of(dht));

    private Subscriptions subscriptions(Optional<PublisherItems> items) {
        return new Subscriptions(
                new MagnetSession().asSession(),
                items,
                Optional.empty(),
                Duration.ofMinutes(5),
                feed,
                System::nanoTime);
    }

    @AfterEach
    void close() {
        subscriptions.close();
        feed.close();
    }

    private Subscription follow() {
        return subscriptions.follow(LINK, AddOptions.into(directory));
    }

    private void assertRefused(String words) {
        String message = assertThrows(SessionException.class, this::follow).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void whatAPublisherOffersIsTold() throws Exception {
        BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
        feed.add(events::add);
        InfoHash offered = InfoHash.ofHex("22".repeat(20));
        Subscription subscription = follow();

        dht.answer(3, offered);

        assertEquals(new SessionEvent.TorrentPublished(LINK, offered, 3), events.take());
        assertEquals(Optional.of(offered), subscription.newest());
    }

    @Test
    void aPublisherIsFollowedOnceUntilThatHasEnded() {
        Subscription first = follow();
        assertRefused("followed already");

        first.close();

        assertEquals(LINK, follow().link());
    }

    @Test
    void nobodyIsFollowedOnceAllHaveEnded() {
        subscriptions.close();

        assertRefused("closed");
    }

    @Test
    void nobodyIsFollowedWithoutTheDht() {
        Subscriptions without = subscriptions(Optional.empty());

        assertThrows(SessionException.class, () -> without.follow(LINK, AddOptions.into(directory)));
    }
}
