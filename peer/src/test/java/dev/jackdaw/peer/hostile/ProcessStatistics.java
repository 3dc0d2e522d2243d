package dev.jackdaw.peer.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// What Linux says of a process.
record ProcessStatistics(Path directory) {
    private static final long TICKS_PER_SECOND = 100;

    static ProcessStatistics of(long pid) {
        return new ProcessStatistics(Path.of("/proc/" + pid));
    }

    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(directory.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(directory.resolve("fd"))) {
            return (int) open.count();
        }
    }

    Duration cpu() throws IOException {
        String stat = Files.readString(directory.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Duration.ofMillis((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1000 / TICKS_PER_SECOND);
    }
}
