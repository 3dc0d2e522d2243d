package dev.jackdaw.peer.hostile;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.PeerAddress;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/// A session in this process, with the settings of the command line.
final class SessionTarget implements Target {
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(30);

    private final Session session;
    private final Torrent torrent;
    private final Set<PeerAddress> banned = ConcurrentHashMap.newKeySet();

    private SessionTarget(TorrentSource source, AddOptions options) {
        session = Session.open(SessionConfig.builder()
                .bindAddress(java.net.InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .trackers(false)
                .build());
        session.addListener(event -> {
            if (event instanceof SessionEvent.PeerBanned ban) {
                banned.add(ban.address());
            }
        });
        torrent = session.add(source, options);
    }

    static SessionTarget downloading(HostileTorrent torrent, boolean magnet, Path directory, List<PeerAddress> peers) {
        TorrentSource source =
                magnet ? TorrentSource.magnet(torrent.magnet()) : new TorrentSource.TorrentFile(torrent.metainfo());
        return new SessionTarget(
                source, AddOptions.builder(directory).peers(peers).build());
    }

    static SessionTarget seeding(HostileTorrent torrent) throws InterruptedException {
        SessionTarget target =
                new SessionTarget(new TorrentSource.TorrentFile(torrent.metainfo()), AddOptions.into(torrent.seed()));
        target.awaitComplete(CHECK_LIMIT);
        return target;
    }

    @Override
    public int port() {
        return session.status().port();
    }

    @Override
    public boolean awaitMetadata(Duration limit) throws InterruptedException {
        try {
            torrent.awaitMetadata(limit);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public long downloadedBytes() {
        return torrent.status().downloadedBytes();
    }

    @Override
    public boolean awaitComplete(Duration limit) throws InterruptedException {
        try {
            torrent.awaitComplete(limit);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public Set<PeerAddress> banned() {
        return banned;
    }

    @Override
    public Footprint footprint() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        ProcessStatistics self = ProcessStatistics.of(ProcessHandle.current().pid());
        return new Footprint(
                heap + Math.max(0, PlatformDependent.usedDirectMemory()),
                self.residentBytes(),
                self.descriptors(),
                self.cpu());
    }

    @Override
    public void close() {
        session.close();
    }
}
