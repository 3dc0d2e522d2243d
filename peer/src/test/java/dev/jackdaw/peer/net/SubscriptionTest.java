package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.PublishedTorrent;
import dev.jackdaw.dht.Publisher;
import dev.jackdaw.dht.PublisherKey;
import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A publisher, a seed and a follower (BEP 46), each with its real session or node on loopback.
class SubscriptionTest {
    private static final int PIECE_LENGTH = 16 * 1024;
    private static final int LENGTH = 40 * PIECE_LENGTH;

    @TempDir
    Path root;

    private final PublisherKey key = PublisherKey.generate();
    private final byte[] salt = {'d'};
    private final BlockingQueue<SessionEvent.TorrentPublished> published = new LinkedBlockingQueue<>();
    private Dht node;
    private Session seed;
    private Session follower;
    private Path followerDirectory;

    @BeforeEach
    void open() throws Exception {
        node = Dht.start(DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withAllowLocal(true));
        List<InetSocketAddress> entry = List.of(node.localAddresses().getFirst());
        seed = Swarm.session(config -> config.dht(true).dhtNodes(entry));
        follower = Swarm.session(config -> config.dht(true).dhtNodes(entry).publisherCheck(Duration.ofMillis(200)));
        follower.addListener(event -> {
            if (event instanceof SessionEvent.TorrentPublished it) {
                published.add(it);
            }
        });
        followerDirectory = Files.createDirectory(root.resolve("follower"));
    }

    @AfterEach
    void close() {
        follower.close();
        seed.close();
        node.close();
    }

    private PublisherLink link() {
        return PublisherLink.of(key.publicKey(), salt);
    }

    /// Makes a version of the content, seeds it, and publishes it.
    private InfoHash publish(String version, byte[] content) throws Exception {
        Path directory = Files.createDirectories(root.resolve(version));
        Files.write(directory.resolve("data.bin"), content);
        Metainfo metainfo = MetainfoBuilder.of(directory.resolve("data.bin"))
                .pieceLength(PIECE_LENGTH)
                .build();
        seed.add(new TorrentSource.TorrentFile(metainfo), AddOptions.into(directory))
                .awaitComplete(Swarm.SOON);
        InfoHash infoHash = metainfo.info().infoHash();
        assertTrue(new Publisher(node, key, salt, InstantSource.system())
                        .publish(new PublishedTorrent(infoHash).toValue(), OptionalLong.empty())
                        .get()
                        .report()
                        .stored()
                > 0);
        return infoHash;
    }

    private Torrent awaitComplete(InfoHash infoHash) throws Exception {
        SessionEvent.TorrentPublished event = published.poll(30, TimeUnit.SECONDS);
        assertEquals(infoHash, event == null ? null : event.infoHash());
        Torrent torrent = follower.torrent(infoHash).orElseThrow();
        torrent.addPeers(List.of(Swarm.address(seed)));
        torrent.awaitComplete(Swarm.SOON);
        return torrent;
    }

    @Test
    void aNewVersionReplacesTheOldOneAndOnlyWhatDiffersIsFetched() throws Exception {
        byte[] content = new byte[LENGTH];
        new Random(8).nextBytes(content);
        InfoHash first = publish("v1", content);

        Subscription subscription = follower.follow(link(), AddOptions.into(followerDirectory));
        awaitComplete(first);
        Arrays.fill(content, 5 * PIECE_LENGTH, 6 * PIECE_LENGTH, (byte) 1);
        InfoHash second = publish("v2", content);
        Torrent newest = awaitComplete(second);

        assertArrayEquals(content, Files.readAllBytes(followerDirectory.resolve("data.bin")));
        assertEquals(PIECE_LENGTH, newest.status().downloadedBytes());
        assertEquals(List.of(newest.infoHash()), infoHashes(follower));
        assertEquals(second, subscription.newest().orElseThrow());
    }

    @Test
    void aNewVersionReplacesTheOldOneAfterARestartToo() throws Exception {
        Path state = root.resolve("state");
        reopenFollower(state);
        InfoHash first = publish("v1", new byte[LENGTH]);
        follower.follow(link(), AddOptions.into(followerDirectory));
        awaitComplete(first);

        reopenFollower(state);
        Subscription again = follower.follow(link(), AddOptions.into(followerDirectory));
        assertEquals(first, again.newest().orElseThrow());
        assertEquals(first, published.poll(30, TimeUnit.SECONDS).infoHash());
        InfoHash second = publish("v2", new byte[LENGTH / 2]);
        awaitComplete(second);

        assertEquals(List.of(second), infoHashes(follower));
    }

    private void reopenFollower(Path state) {
        follower.close();
        follower = Swarm.session(config -> config.dht(true)
                .dhtNodes(List.of(node.localAddresses().getFirst()))
                .publisherCheck(Duration.ofMillis(200))
                .stateDirectory(state));
        follower.addListener(event -> {
            if (event instanceof SessionEvent.TorrentPublished it) {
                published.add(it);
            }
        });
    }

    @Test
    void onceClosedItFollowsNoLonger() throws Exception {
        InfoHash first = publish("v1", new byte[LENGTH]);
        Subscription subscription = follower.follow(link(), AddOptions.into(followerDirectory));
        awaitComplete(first);

        subscription.close();
        publish("v2", new byte[LENGTH / 2]);

        assertEquals(List.of(first), infoHashes(follower));
        follower.follow(link(), AddOptions.into(followerDirectory)).close(); // it may be followed anew
    }

    private static List<InfoHash> infoHashes(Session session) {
        return session.torrents().stream().map(Torrent::infoHash).toList();
    }

    @Test
    void aPublisherIsFollowedOnceAndNotWithoutTheDht() {
        follower.follow(link(), AddOptions.into(followerDirectory));

        assertThrows(SessionException.class, () -> follower.follow(link(), AddOptions.into(followerDirectory)));
        try (Session without = Swarm.session()) {
            assertThrows(SessionException.class, () -> without.follow(link(), AddOptions.into(followerDirectory)));
        }
    }
}
