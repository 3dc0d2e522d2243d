package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import dev.jackdaw.tracker.TrackerConfig;
import dev.jackdaw.tracker.TrackerServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A whole swarm in this process: a tracker, a seeder and leechers that know nothing of each other but what the tracker
/// says, each with a session, sockets and a directory of its own, on 127.0.0.1.
final class DemoSwarm implements AutoCloseable {
    private static final String CONTENT = "content";

    /// Memory for pieces in the making, per peer: there are several in one process.
    private static final long BUFFER_BYTES = 16L << 20;

    /// Nobody waits long to hear of the others.
    private static final Duration ANNOUNCE_INTERVAL = Duration.ofSeconds(2);

    private final Path directory;
    private final DemoContent content;
    private final TrackerServer tracker;
    private final Metainfo metainfo;
    private final Sessions sessions;
    private final long maxUploadRate;
    private final List<Session> open = new ArrayList<>();
    private final List<Torrent> leechers = new ArrayList<>();
    private final List<Path> copies = new ArrayList<>();
    private final Torrent seeder;

    /// Writes the content, starts the tracker and the seeder.
    ///
    /// @param directory     empty; all files go below it
    /// @param maxUploadRate of each peer, in bytes per second, 0 for none
    DemoSwarm(Path directory, long bytes, long maxUploadRate, Sessions sessions, SplittableRandom random)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.sessions = sessions;
        this.maxUploadRate = maxUploadRate;
        Path original = Files.createDirectories(directory.resolve("seeder").resolve(CONTENT));
        this.content = DemoContent.write(original, bytes, random);
        this.tracker = TrackerServer.start(
                TrackerConfig.loopback().threads(1).interval(ANNOUNCE_INTERVAL).build());
        try {
            this.metainfo = MetainfoBuilder.of(original)
                    .tier("http://127.0.0.1:" + tracker.httpPort() + "/announce")
                    .build();
            this.seeder = join(directory.resolve("seeder"), true);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Metainfo metainfo() {
        return metainfo;
    }

    int trackerPort() {
        return tracker.httpPort();
    }

    Torrent seeder() {
        return seeder;
    }

    List<Torrent> leechers() {
        return List.copyOf(leechers);
    }

    void addLeechers(int count) {
        for (int i = 0; i < count; i++) {
            Path place = directory.resolve("leecher-" + (i + 1));
            copies.add(place.resolve(CONTENT));
            leechers.add(join(place, false));
        }
    }

    private Torrent join(Path place, boolean seed) {
        Session session = sessions.open(SessionConfig.builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .maxUploadRate(maxUploadRate)
                .bufferBytes(BUFFER_BYTES)
                .build());
        open.add(session);
        return session.add(
                new TorrentSource.TorrentFile(metainfo),
                AddOptions.builder(place).seedMode(seed).build());
    }

    boolean isComplete() {
        return leechers.stream().allMatch(leecher -> leecher.status().isComplete());
    }

    /// Compares every byte of every leecher's files with the original.
    ///
    /// @throws CommandFailure at the first difference
    void verify() throws IOException {
        for (int i = 0; i < copies.size(); i++) {
            int number = i + 1;
            content.differenceOf(copies.get(i)).ifPresent(difference -> {
                throw CommandFailure.failed("leecher " + number + " says it is complete, but " + difference
                        + "; this is a bug, please report it");
            });
        }
    }

    /// Ends all sessions at once, each of which says goodbye to the tracker, then the tracker.
    @Override
    public void close() {
        List<Thread> closing = open.stream()
                .map(session -> Thread.ofVirtual().start(session::close))
                .toList();
        boolean interrupted = false;
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        tracker.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
