package dev.jackdaw.gui;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// A torrent of some files and a real seeder of it on loopback.
final class Share implements AutoCloseable {
    final Path directory;
    final Metainfo metainfo;
    final Session session;
    final Torrent torrent;

    private Share(Path directory, Metainfo metainfo, Session session, Torrent torrent) {
        this.directory = directory;
        this.metainfo = metainfo;
        this.session = session;
        this.torrent = torrent;
    }

    /// @param uploadRate bytes per second, 0 for no limit
    static Share of(Path directory, String name, List<Integer> fileSizes, long uploadRate) throws Exception {
        Random random = new Random(name.hashCode());
        Path content = Files.createDirectories(directory.resolve(name));
        for (int i = 0; i < fileSizes.size(); i++) {
            byte[] bytes = new byte[fileSizes.get(i)];
            random.nextBytes(bytes);
            Files.write(content.resolve("file-" + (i + 1) + ".bin"), bytes);
        }
        Metainfo metainfo = MetainfoBuilder.of(content)
                .pieceLength(32 * 1024)
                .comment("made for a test")
                .build();
        return of(directory, metainfo, uploadRate);
    }

    static Share of(Path directory, Metainfo metainfo, long uploadRate) throws Exception {
        Session session = Session.open(SessionConfig.builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .trackers(false)
                .bufferBytes(8 << 20)
                .maxUploadRate(uploadRate)
                .build());
        Torrent torrent = session.add(new TorrentSource.TorrentFile(metainfo), AddOptions.into(directory));
        torrent.awaitComplete(Duration.ofSeconds(30));
        return new Share(directory, metainfo, session, torrent);
    }

    /// A magnet link that names this seeder as a peer (BEP 9, `x.pe`).
    String magnet() {
        MagnetLink link = MagnetLink.of(metainfo);
        return new MagnetLink(
                        link.infoHash(),
                        link.displayName(),
                        link.trackers(),
                        link.webSeeds(),
                        List.of(new Metainfo.HostAndPort(
                                "127.0.0.1", session.status().port())),
                        List.of())
                .toUri();
    }

    /// The torrent file, written beside the content.
    Path file() {
        try {
            return Files.write(directory.resolve(metainfo.info().name() + ".torrent"), metainfo.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
