package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetainfoBuilderTest {
    @TempDir
    Path directory;

    private Path file(String name, int length) throws IOException {
        byte[] bytes = new byte[length];
        new SplittableRandom(name.hashCode()).nextBytes(bytes);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private static void assertHashes(Metainfo metainfo, byte[] content) throws Exception {
        int length = metainfo.info().layout().pieceLength();
        for (int piece = 0; piece < metainfo.info().layout().pieceCount(); piece++) {
            byte[] bytes = Arrays.copyOfRange(content, piece * length, Math.min(content.length, (piece + 1) * length));
            assertArrayEquals(
                    MessageDigest.getInstance("SHA-1").digest(bytes),
                    metainfo.info().pieceHash(piece),
                    "piece " + piece);
        }
    }

    @Test
    void makesATorrentOfAFile() throws Exception {
        Path file = file("data.bin", 100_001);

        Metainfo metainfo = MetainfoBuilder.of(file).build();

        assertEquals(
                List.of(new FileEntry(List.of("data.bin"), 0, 100_001)),
                metainfo.info().files());
        assertEquals(7, metainfo.info().layout().pieceCount());
        assertHashes(metainfo, Files.readAllBytes(file));
        assertArrayEquals(metainfo.toBytes(), Metainfo.parse(metainfo.toBytes()).toBytes());
    }

    @Test
    void makesATorrentOfADirectoryWithHelpersAndOddLengths() throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            files.add(file("set/" + (char) ('a' + i % 7) + "/f" + (100 + i), i % 5 == 0 ? 0 : 1 + i * 9_973));
        }
        files.sort(null);
        file("set/z/big", 9 << 20);
        files.add(directory.resolve("set/z/big"));
        Files.createDirectories(directory.resolve("set/empty"));

        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            Metainfo metainfo = MetainfoBuilder.of(directory.resolve("set"))
                    .pieceLength(32_768)
                    .build(executor, 4);

            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (Path file : files) {
                content.write(Files.readAllBytes(file));
            }
            assertEquals(
                    files.stream()
                            .map(file -> directory.relativize(file).toString().replace('\\', '/'))
                            .toList(),
                    metainfo.info().files().stream().map(FileEntry::displayPath).toList());
            assertHashes(metainfo, content.toByteArray());
            assertEquals(
                    metainfo,
                    MetainfoBuilder.of(directory.resolve("set"))
                            .pieceLength(32_768)
                            .build());
        }
    }

    @Test
    void writesEverySetting() throws Exception {
        Metainfo metainfo = MetainfoBuilder.of(file("a", 1))
                .name("other.bin")
                .tier("http://a.example/announce", "udp://b.example:1")
                .tier("https://c.example/announce")
                .webSeed("http://w.example/a b")
                .node(new Metainfo.HostAndPort("::1", 6881))
                .isPrivate(true)
                .comment("hello")
                .createdBy("a test")
                .source("site")
                .creationDate(Instant.ofEpochSecond(1_700_000_000))
                .build();

        Metainfo read = Metainfo.parse(metainfo.toBytes());

        assertEquals(metainfo, read);
        assertEquals(metainfo.info().infoHash(), read.info().infoHash());
        assertTrue(read.info().isPrivate());
        assertEquals("other.bin", read.info().name());
        assertEquals(List.of("http://w.example/a%20b"), read.webSeeds());
        assertEquals(Optional.of("site"), read.source());
        assertEquals(2, read.trackers().size());
    }

    @Test
    void gettingAlongWithoutTheExecutorsHelp() throws Exception {
        Path file = file("data.bin", 100_000);

        Metainfo metainfo = MetainfoBuilder.of(file)
                .build(
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        8);
        List<Runnable> late = new ArrayList<>();
        Metainfo other = MetainfoBuilder.of(file).build(late::add, 8);
        late.forEach(Runnable::run);

        assertHashes(metainfo, Files.readAllBytes(file));
        assertEquals(metainfo, other);
    }

    @Test
    void tellsProgressInRisingNumbersUpToTheEnd() throws Exception {
        Path file = file("data.bin", 3_000_000);
        List<Long> seen = new ArrayList<>();

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            MetainfoBuilder.of(file)
                    .progress((hashed, total) -> {
                        assertEquals(3_000_000, total);
                        seen.add(hashed);
                    })
                    .build(executor, 2);
        }

        assertEquals(seen.stream().sorted().toList(), seen);
        assertEquals(3_000_000, seen.getLast());
    }

    @Test
    void isCancelledByInterruptingTheCaller() throws Exception {
        Path file = file("data.bin", 3_000_000);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Thread caller = Thread.currentThread();
            MetainfoBuilder builder = MetainfoBuilder.of(file).progress((hashed, total) -> caller.interrupt());

            assertThrows(InterruptedException.class, () -> builder.build(executor, 2));
        }
    }

    @Test
    void failsWithTheListenersOwnException() throws Exception {
        MetainfoBuilder builder = MetainfoBuilder.of(file("a", 9)).progress((hashed, total) -> {
            throw new IllegalStateException("listener");
        });

        assertEquals(
                "listener",
                assertThrows(IllegalStateException.class, builder::build).getMessage());
    }

    @Test
    void noticesFilesThatChangeWhileTheyAreRead() throws Exception {
        Path shrinking = file("shrinking", 3_000_000);
        MetainfoBuilder shrink = MetainfoBuilder.of(shrinking).progress((hashed, total) -> write(shrinking, 10));
        Path growing = file("growing", 1_000);
        MetainfoBuilder grow = MetainfoBuilder.of(growing).progress((hashed, total) -> write(growing, 2_000));

        assertTrue(assertThrows(IOException.class, shrink::build)
                .getMessage()
                .endsWith("became shorter while it was read"));
        assertTrue(assertThrows(IOException.class, grow::build).getMessage().endsWith("changed while it was read"));
    }

    private static void write(Path file, int length) {
        try {
            Files.write(file, new byte[length]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void followsLinksToFilesInsideOnly() throws Exception {
        file("set/real", 10);
        file("outside", 10);
        Path link = directory.resolve("set/link");
        Files.createSymbolicLink(link, Path.of("real"));
        assertEquals(
                2,
                MetainfoBuilder.of(directory.resolve("set"))
                        .build()
                        .info()
                        .files()
                        .size());

        for (String target : List.of("../outside", "missing", ".", "..")) {
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of(target));
            IOException refused = assertThrows(
                    IOException.class,
                    () -> MetainfoBuilder.of(directory.resolve("set")).build());
            assertTrue(refused.getMessage().contains("is a symbolic link"), refused.getMessage());
        }
    }

    @Test
    void saysWhichFileItMayNotRead() {
        IOException denied = SourceFiles.unreadable(Path.of("album/b"), new AccessDeniedException("album/b"));

        assertEquals("cannot read album/b: permission denied", denied.getMessage());
    }

    @Test
    void refusesASourceWithoutData() throws Exception {
        file("set/empty", 0);

        assertThrows(
                IOException.class,
                () -> MetainfoBuilder.of(directory.resolve("set")).build());
        assertThrows(
                IOException.class,
                () -> MetainfoBuilder.of(directory.resolve("nowhere")).build());
    }

    @Test
    void refusesWrongSettingsAtOnce() {
        MetainfoBuilder builder = MetainfoBuilder.of(directory);

        assertThrows(IllegalArgumentException.class, () -> builder.pieceLength(8_192));
        assertThrows(IllegalArgumentException.class, () -> builder.pieceLength(48 * 1024));
        assertThrows(IllegalArgumentException.class, () -> builder.tier("ftp://a.example/"));
        assertThrows(IllegalArgumentException.class, () -> builder.tier("udp://no-port.example/"));
        assertThrows(IllegalArgumentException.class, () -> builder.webSeed("nothing"));
        assertThrows(IllegalArgumentException.class, () -> builder.name(".."));
    }

    @ParameterizedTest
    @CsvSource({
        "1,16384",
        "32768000,16384",
        "32768001,32768",
        "1073741824,1048576",
        "1099511627776,16777216",
        "35184372088832,16777216",
        "35184372088833,33554432",
        "4611686018427387904,536870912"
    })
    void choosesThePieceLengthByTheContent(long totalLength, int expected) {
        assertEquals(expected, MetainfoBuilder.choosePieceLength(totalLength));
    }
}
