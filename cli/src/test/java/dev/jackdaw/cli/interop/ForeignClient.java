package dev.jackdaw.cli.interop;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A BitTorrent client that is not ours, as a command to be started. All find their peers through the torrent's
/// tracker.
enum ForeignClient {
    LIBTORRENT {
        @Override
        boolean isInstalled() {
            return runs("/usr/bin/python3", "-c", "import libtorrent");
        }

        @Override
        Start start(String source, Path directory, Path work, int port, boolean seed, Link link) throws IOException {
            Path script = work.resolve("libtorrent_client.py");
            try (var in = ForeignClient.class.getResourceAsStream("/interop/libtorrent_client.py")) {
                Files.write(script, in.readAllBytes());
            }
            return new Start(
                    List.of(
                            "/usr/bin/python3",
                            script.toString(),
                            source,
                            directory.toString(),
                            NetworkNamespace.HOST + ":" + port,
                            link.name()),
                    Map.of());
        }
    },
    ARIA2 {
        @Override
        boolean isInstalled() {
            return runs("aria2c", "--version");
        }

        @Override
        Start start(String source, Path directory, Path work, int port, boolean seed, Link link) {
            List<String> command = new ArrayList<>(List.of(
                    "aria2c",
                    "--no-conf",
                    "--dir=" + directory,
                    "--listen-port=" + port,
                    // with its DHT off it asks no tracker over UDP; there is no node that it knows
                    "--enable-dht=true",
                    "--dht-listen-port=" + port,
                    "--dht-file-path=" + work.resolve("dht.dat"),
                    "--enable-dht6=false",
                    "--bt-enable-lpd=false",
                    "--disable-ipv6=true",
                    "--seed-ratio=0.0",
                    "--allow-overwrite=true",
                    "--summary-interval=0",
                    "--file-allocation=none"));
            if (seed) {
                command.add("--check-integrity=true");
            }
            command.add(source);
            return new Start(command, Map.of());
        }
    },
    TRANSMISSION {
        @Override
        boolean isInstalled() {
            return runs("transmission-daemon", "--version");
        }

        @Override
        Start start(String source, Path directory, Path work, int port, boolean seed, Link link) throws IOException {
            Path watched = Files.createDirectories(work.resolve("watched"));
            if (source.startsWith("magnet:")) {
                Files.write(watched.resolve("source.torrent"), magnetFile(source));
            } else {
                Files.copy(Path.of(source), watched.resolve("source.torrent"));
            }
            Files.writeString(
                    work.resolve("settings.json"), """
                    {"download-dir": "%s", "peer-port": %d, "dht-enabled": false,
                     "lpd-enabled": false, "port-forwarding-enabled": false, "utp-enabled": false, "rpc-enabled": false,
                     "watch-dir": "%s", "watch-dir-enabled": true, "rename-partial-files": true,
                     "trash-original-torrent-files": false}
                    """.formatted(directory, port, watched), StandardCharsets.UTF_8);
            return new Start(
                    List.of("transmission-daemon", "-f", "-g", work.toString(), "--log-info"),
                    Map.of("HOME", work.toString(), "TR_CURL_VERBOSE", "0"));
        }
    },
    RTORRENT {
        @Override
        boolean isInstalled() {
            return runs("rtorrent", "-h");
        }

        @Override
        Start start(String source, Path directory, Path work, int port, boolean seed, Link link) throws IOException {
            Path settings = work.resolve("rtorrent.rc");
            Files.writeString(
                    settings,
                    """
                    network.port_range.set = %d-%d
                    network.port_random.set = no
                    dht.mode.set = disable
                    directory.default.set = %s
                    session.path.set = %s
                    system.daemon.set = true
                    log.open_file = "log", "%s"
                    log.add_output = "info", "log"
                    log.add_output = "peer_debug", "log"
                    schedule2 = load, 0, 0, ((load.start, "%s"))
                    """.formatted(
                                    port,
                                    port,
                                    directory,
                                    Files.createDirectories(work.resolve("session")),
                                    work.resolve("rtorrent.log"),
                                    source),
                    StandardCharsets.UTF_8);
            return new Start(List.of("rtorrent", "-n", "-o", "import=" + settings), Map.of("HOME", work.toString()));
        }
    };

    /// What a client's connections are to be like; only libtorrent is asked for another one than the usual.
    enum Link {
        USUAL,
        ENCRYPTED,
        UTP
    }

    private static final Pattern MAGNET = Pattern.compile("btih:(\\p{XDigit}{40}).*&tr=([^&]+)");

    /// A command line and what its environment needs beyond ours.
    record Start(List<String> command, Map<String, String> environment) {}

    abstract boolean isInstalled();

    /// How the client is started.
    ///
    /// @param source    a `.torrent` file or a magnet link
    /// @param directory where the content is, or will be
    /// @param work      a directory for what the client writes for itself
    /// @param seed      whether the content is there
    /// @param link      what its connections are to be like
    abstract Start start(String source, Path directory, Path work, int port, boolean seed, Link link)
            throws IOException;

    /// A magnet link in the form in which Transmission keeps one between runs: it watches for no other.
    private static byte[] magnetFile(String magnet) {
        Matcher link = MAGNET.matcher(magnet);
        if (!link.find()) {
            throw new IllegalArgumentException(magnet + ", expected btih and tr");
        }
        String infoHash = new String(HexFormat.of().parseHex(link.group(1)), StandardCharsets.ISO_8859_1);
        String tracker = URLDecoder.decode(link.group(2), StandardCharsets.UTF_8);
        return "d8:announce%d:%s11:magnet-infod9:info_hash20:%see"
                .formatted(tracker.length(), tracker, infoHash)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean runs(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
