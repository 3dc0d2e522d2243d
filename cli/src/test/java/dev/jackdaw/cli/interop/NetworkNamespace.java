package dev.jackdaw.cli.interop;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A network in which there is only `lo`, with an address outside 127.0.0.0/8: Transmission dials no loopback address.
/// It needs root and `ip` (iproute2).
final class NetworkNamespace implements AutoCloseable {
    /// The one host of the network.
    static final String HOST = "10.77.0.1";

    /// Followed by the id of the process that made it.
    private static final String PREFIX = "jackdaw-it-";

    private final String name = PREFIX + ProcessHandle.current().pid();
    private final List<Process> started = new ArrayList<>();

    NetworkNamespace() throws IOException, InterruptedException {
        clearLeftOver();
        run("ip", "netns", "add", name);
        run("ip", "-n", name, "link", "set", "lo", "up");
        run("ip", "-n", name, "addr", "add", HOST + "/32", "dev", "lo");
    }

    /// Removes the networks of runs that were killed, and ends what still runs in them.
    private static void clearLeftOver() throws IOException, InterruptedException {
        for (String line : run("ip", "netns", "list").lines().toList()) {
            String network = line.strip().split(" ")[0];
            if (!network.startsWith(PREFIX)
                    || ProcessHandle.of(Long.parseLong(network.substring(PREFIX.length())))
                            .filter(ProcessHandle::isAlive)
                            .isPresent()) {
                continue;
            }
            for (String pid : run("ip", "netns", "pids", network).lines().toList()) {
                ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
            run("ip", "netns", "del", network);
        }
    }

    /// Starts a program inside, its output in `log`; it is ended with the namespace at the latest.
    Process start(Path log, Map<String, String> environment, List<String> command) throws IOException {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inside)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : started) {
            end(process);
        }
        run("ip", "netns", "del", name);
    }

    /// Ends a program and what it started, kindly at first.
    static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            kill(process);
        }
    }

    /// Ends a program and what it started, as `kill -9` does.
    static void kill(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.strip());
        }
        return output;
    }
}
