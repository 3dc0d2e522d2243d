package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedPublisherTest {
    private static final InfoHash OLD = InfoHash.ofHex("11".repeat(20));
    private static final InfoHash NEW = InfoHash.ofHex("22".repeat(20));
    private static final PublisherLink LINK = PublisherLink.of(new byte[32], new byte[0]);

    @TempDir
    Path directory;

    private final MagnetSession session = new MagnetSession();
    private final PublisherItems dht = new PublisherItems();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private FollowedPublisher publisher;

    private final FollowedPublisher.Audience audience = new FollowedPublisher.Audience() {
        @Override
        public void published(PublisherLink link, InfoHash infoHash, long seq) {
            told.add("number " + seq + " is " + infoHash.hex().substring(0, 2));
        }

        @Override
        public void failed(String message) {
            told.add(message);
        }

        @Override
        public void ended(FollowedPublisher publisher) {
            told.add("ended");
        }
    };

    @AfterEach
    void close() {
        publisher.close();
    }

    /// Follows, asking again a moment after each answer.
    private void follow() {
        publisher = new FollowedPublisher(
                LINK,
                new FollowedTorrent(session.asSession(), AddOptions.into(directory)),
                new PublisherMemory(Optional.of(directory), LINK, told::add),
                Duration.ofMillis(1),
                dht,
                audience,
                System::nanoTime);
        publisher.start();
    }

    @Test
    void whatIsOfferedComesAndGoesWhenSomethingNewerIs() throws Exception {
        follow();
        dht.answer(3, OLD);
        assertEquals("number 3 is 11", told.take());
        assertEquals(List.of(OLD), session.torrents);

        dht.answer(3, OLD); // no news
        dht.answer(4, NEW);

        assertEquals("number 4 is 22", told.take());
        assertEquals(List.of(NEW), session.torrents);
        assertEquals(Optional.of(NEW), publisher.newest());
    }

    @Test
    void anItemThatNamesNoTorrentIsToldOnceAndLeavesTheOldOne() throws Exception {
        follow();
        dht.answer(3, OLD);
        told.take();

        dht.answer(4, "2:hi".getBytes(StandardCharsets.US_ASCII));

        assertTrue(told.take().endsWith("offers no torrent under number 4"));
        dht.answer(5, NEW);
        assertEquals("number 5 is 22", told.take());
    }

    @Test
    void aTorrentThatCannotBeAddedIsTriedAgain() throws Exception {
        session.refuse(NEW);
        follow();
        dht.answer(3, NEW);
        assertTrue(told.take().endsWith("full; trying again"));

        session.refuseNone();
        dht.answer(3, NEW);

        assertEquals("number 3 is 22", told.take());
    }

    @Test
    void aQuestionThatFailsIsAskedAgain() throws Exception {
        follow();
        dht.questions.take().completeExceptionally(new IllegalStateException("the network is away"));

        dht.answer(3, NEW);

        assertEquals("number 3 is 22", told.take());
    }

    @Test
    void afterARestartItReplacesWhatWasItsOwn() throws Exception {
        follow();
        dht.answer(3, OLD);
        told.take();
        publisher.close();
        told.take();

        follow();
        dht.answer(4, NEW);

        assertEquals("number 4 is 22", told.take());
        assertEquals(List.of(NEW), session.torrents);
    }

    @Test
    void endedWhileItAsksItLetsGoOfTheQuestion() throws Exception {
        follow();
        CompletableFuture<?> question = dht.questions.take();

        publisher.close();

        assertEquals("ended", told.take());
        assertTrue(question.isCancelled());
        assertTrue(dht.questions.isEmpty());
    }
}
