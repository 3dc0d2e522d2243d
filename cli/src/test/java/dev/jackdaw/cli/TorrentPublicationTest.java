package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.PublishedTorrent;
import dev.jackdaw.dht.PublisherKey;
import dev.jackdaw.protocol.InfoHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Publishing, and what [DhtAccess] makes of answers, at a DHT of two nodes on loopback.
class TorrentPublicationTest {
    private static final InfoHash FIRST = InfoHash.ofHex("11".repeat(20));
    private static final InfoHash SECOND = InfoHash.ofHex("22".repeat(20));

    private final DhtAccess access = new DhtAccess();
    private final TorrentPublication torrent =
            new TorrentPublication(access, PublisherKey.generate(), new byte[] {'s'});
    private Dht node;
    private Dht publisher;

    @BeforeEach
    void startNodes() throws Exception {
        node = Dht.start(config());
        publisher =
                Dht.start(config().withBootstrap(List.of(node.localAddresses().getFirst())));
    }

    private static DhtConfig config() {
        return DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)))
                .withAllowLocal(true);
    }

    @AfterEach
    void closeNodes() {
        publisher.close();
        node.close();
    }

    @Test
    void whatIsPublishedLastIsWhatTheLinkLeadsTo() throws Exception {
        torrent.put(publisher, FIRST);
        torrent.put(publisher, SECOND);

        var newest = publisher
                .getMutable(torrent.link().keyBytes(), torrent.link().saltBytes())
                .get()
                .orElseThrow();

        assertEquals(SECOND, PublishedTorrent.of(newest).orElseThrow().infoHash());
    }

    @Test
    void withoutAnyNodeItIsNotPublished() throws Exception {
        try (Dht alone = Dht.start(config())) {
            CommandFailure failure = assertThrows(CommandFailure.class, () -> torrent.put(alone, FIRST));

            assertEquals(ExitStatus.FAILED, failure.status());
            assertTrue(failure.getMessage().contains("no node of the DHT answered"), failure.getMessage());
        }
    }

    @Test
    void aQuestionIsLetGoOfWhenTheTimeIsOver() throws Exception {
        torrent.put(publisher, FIRST); // so that a node is known
        CompletableFuture<String> question = new CompletableFuture<>();
        access.timeout = 1;

        assertTrue(access.ask(publisher, _ -> question).isEmpty());

        assertTrue(question.isCancelled());
    }
}
