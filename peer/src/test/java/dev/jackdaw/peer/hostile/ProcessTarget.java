package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.PeerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged command line in a process of its own, watched through what it prints with `--json`.
final class ProcessTarget implements Target {
    private static final Pattern PORT = Pattern.compile("\"event\":\"listening\".*\"port\":(\\d+)");
    private static final Pattern BANNED = Pattern.compile("\"event\":\"banned\".*\"peer\":\"([0-9.]+):(\\d+)\"");
    private static final Pattern COMPLETE = Pattern.compile("\"event\":\"complete\"");
    private static final Pattern METADATA = Pattern.compile("\"event\":\"metadata\"");
    private static final Pattern DOWNLOADED = Pattern.compile("\"downloadedBytes\":(\\d+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private volatile long downloadedBytes;
    private final CountDownLatch metadata = new CountDownLatch(1);
    private final CountDownLatch complete = new CountDownLatch(1);
    private final Set<PeerAddress> banned = ConcurrentHashMap.newKeySet();

    private ProcessTarget(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        Thread.ofVirtual().start(this::watch);
    }

    static ProcessTarget downloading(
            Path launcher, HostileTorrent torrent, boolean magnet, Path directory, List<PeerAddress> peers)
            throws IOException, InterruptedException {
        List<String> command = command(launcher, "download", directory);
        for (PeerAddress peer : peers) {
            command.addAll(List.of("--peer", peer.toString()));
        }
        // it goes on, so that what it uses can be looked at
        command.add("--seed");
        command.add(magnet ? torrent.magnet() : torrent.torrentFile().toString());
        return new ProcessTarget(command);
    }

    static ProcessTarget seeding(Path launcher, HostileTorrent torrent) throws IOException, InterruptedException {
        List<String> command = command(launcher, "seed", torrent.seed());
        command.add(torrent.torrentFile().toString());
        ProcessTarget target = new ProcessTarget(command);
        if (!target.awaitComplete(START_LIMIT)) {
            throw new IOException("does not seed");
        }
        return target;
    }

    private static List<String> command(Path launcher, String subcommand, Path directory) {
        return new ArrayList<>(List.of(
                launcher.toString(),
                subcommand,
                "--dir",
                directory.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dht",
                "--no-lsd",
                "--no-trackers",
                "--no-state",
                "--json"));
    }

    private void watch() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher listening = PORT.matcher(line);
                if (listening.find()) {
                    port.complete(Integer.parseInt(listening.group(1)));
                }
                Matcher ban = BANNED.matcher(line);
                if (ban.find()) {
                    banned.add(PeerAddress.of(new InetSocketAddress(ban.group(1), Integer.parseInt(ban.group(2)))));
                }
                if (METADATA.matcher(line).find()) {
                    metadata.countDown();
                }
                Matcher progress = DOWNLOADED.matcher(line);
                if (progress.find()) {
                    downloadedBytes = Long.parseLong(progress.group(1));
                }
                if (COMPLETE.matcher(line).find()) {
                    complete.countDown();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port() {
        return port.orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public boolean awaitMetadata(Duration limit) throws InterruptedException {
        return metadata.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public long downloadedBytes() {
        return downloadedBytes;
    }

    @Override
    public boolean awaitComplete(Duration limit) throws InterruptedException {
        return complete.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Set<PeerAddress> banned() {
        return banned;
    }

    @Override
    public Footprint footprint() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(process.pid());
        run(jcmd, pid, "GC.run");
        Matcher heap = Pattern.compile("used (\\d+)K").matcher(run(jcmd, pid, "GC.heap_info"));
        long used = 0;
        for (int generation = 0; generation < 2 && heap.find(); generation++) {
            used += Long.parseLong(heap.group(1)) * 1024;
        }
        ProcessStatistics statistics = ProcessStatistics.of(process.pid());
        return new Footprint(used, statistics.residentBytes(), statistics.descriptors(), statistics.cpu());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
