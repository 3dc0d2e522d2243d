package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// The Jackdaw under attack: a session in this process, or the packaged command line in one of its own.
///
/// Tests run against a session, unless the system property `jackdaw.launcher` names the launcher to attack
/// instead.
interface Target extends AutoCloseable {
    String LAUNCHER = "jackdaw.launcher";

    /// Downloads into a directory from those peers.
    ///
    /// @param magnet whether it knows the magnet link only
    static Target downloading(HostileTorrent torrent, boolean magnet, Path directory, List<PeerAddress> peers)
            throws IOException, InterruptedException {
        String launcher = System.getProperty(LAUNCHER, "");
        return launcher.isEmpty()
                ? SessionTarget.downloading(torrent, magnet, directory, peers)
                : ProcessTarget.downloading(Path.of(launcher), torrent, magnet, directory, peers);
    }

    /// Has everything and serves it.
    static Target seeding(HostileTorrent torrent) throws IOException, InterruptedException {
        String launcher = System.getProperty(LAUNCHER, "");
        return launcher.isEmpty() ? SessionTarget.seeding(torrent) : ProcessTarget.seeding(Path.of(launcher), torrent);
    }

    /// Where it listens on this host.
    int port();

    /// Says whether the info dictionary was known within the time.
    boolean awaitMetadata(Duration limit) throws InterruptedException;

    /// Payload received, waste included.
    long downloadedBytes();

    /// Says whether everything was there within the time.
    boolean awaitComplete(Duration limit) throws InterruptedException;

    /// Whom it has banned.
    Set<PeerAddress> banned();

    /// What it uses now, after a collection.
    Footprint footprint() throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;

    /// @param memoryBytes live heap and direct buffers
    /// @param residentBytes of the process
    /// @param descriptors open ones
    /// @param cpu         spent so far
    record Footprint(long memoryBytes, long residentBytes, int descriptors, Duration cpu) {
        @Override
        public String toString() {
            return String.format(
                    "%.1f MiB live, %.1f MiB resident, %d descriptors, %.2f CPU-s",
                    memoryBytes / 1048576.0, residentBytes / 1048576.0, descriptors, cpu.toMillis() / 1000.0);
        }
    }
}
