package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig.Transport;
import dev.jackdaw.peer.Torrent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole sessions over uTP.
final class UtpSessionTest {
    @TempDir
    Path root;

    @Test
    void aTorrentIsDownloadedOverUtpAlone() throws Exception {
        download(Transport.UTP, Transport.UTP);
    }

    @Test
    void aSessionWithBothTransportsReachesOneWithUtpAlone() throws Exception {
        download(Transport.UTP, Transport.BOTH);
    }

    @Test
    void aSessionWithBothTransportsFallsBackToTcp() throws Exception {
        download(Transport.TCP, Transport.BOTH);
    }

    private void download(Transport ofSeeder, Transport ofLeecher) throws Exception {
        Swarm swarm = new Swarm(root);
        try (Session seeder = Swarm.session(config -> config.transport(ofSeeder));
                Session leecher = Swarm.session(config -> config.transport(ofLeecher))) {
            swarm.seed(seeder);
            Path directory = swarm.directory("leecher");
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, directory));
            torrent.awaitComplete(Swarm.SOON);
            assertTrue(swarm.isWhole(directory), "every byte is there");
        }
    }
}
