package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetainfoTest {
    private static final String HASH = "x".repeat(20);
    private static final String INFO = "d6:lengthi3e4:name5:a.txt12:piece lengthi16384e6:pieces20:" + HASH + "e";

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Metainfo parse(String torrent) throws ProtocolException {
        return Metainfo.parse(latin1(torrent));
    }

    @Test
    void readsASingleFile() throws Exception {
        Metainfo metainfo = parse("d8:announce25:http://t.example/announce4:info" + INFO + "e");

        assertEquals(List.of(List.of("http://t.example/announce")), metainfo.trackers());
        assertEquals("a.txt", metainfo.info().name());
        assertEquals(
                List.of(new FileEntry(List.of("a.txt"), 0, 3)), metainfo.info().files());
        assertEquals(1, metainfo.info().layout().pieceCount());
        assertArrayEquals(latin1(HASH), metainfo.info().pieceHash(0));
        assertTrue(metainfo.info().matches(0, latin1(HASH)));
        assertFalse(metainfo.info().isPrivate());
    }

    @Test
    void takesTheInfoHashOfTheOriginalBytes() throws Exception {
        String unsorted = "d6:pieces20:" + HASH + "12:piece lengthi16384e4:name5:a.txt1:zi1e6:lengthi3ee";
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(latin1(unsorted));

        Metainfo metainfo = parse("d4:info" + unsorted + "3:foo3:bare");

        assertEquals(HexFormat.of().formatHex(sha1), metainfo.info().infoHash().hex());
        assertArrayEquals(latin1(unsorted), metainfo.info().bytes());
        assertEquals(metainfo.info(), Info.parse(latin1(unsorted)));
    }

    @Test
    void readsEverythingAroundTheInfo() throws Exception {
        Metainfo metainfo = parse("d8:announce14:http://ignored13:announce-listl"
                + "l17:udp://a.example:117:udp://a.example:1e"
                + "l18:https://b.example/13:ftp://c.example15:http://bad hosti7ee"
                + "e7:comment2:hi10:created by4:test13:creation datei1700000000e"
                + "9:httpseedsl16:http://d.examplee4:info" + INFO
                + "5:nodesll9:127.0.0.1i6881eel3:::1i1eel1:hi0eei7ee6:source1:S8:url-list16:http://e.examplee");

        assertEquals(List.of(List.of("udp://a.example:1"), List.of("https://b.example/")), metainfo.trackers());
        assertEquals(Optional.of("hi"), metainfo.comment());
        assertEquals(Optional.of("test"), metainfo.createdBy());
        assertEquals(Optional.of(Instant.ofEpochSecond(1_700_000_000)), metainfo.creationDate());
        assertEquals(List.of("http://d.example"), metainfo.httpSeeds());
        assertEquals(List.of(new HostAndPort("127.0.0.1", 6881), new HostAndPort("::1", 1)), metainfo.nodes());
        assertEquals(Optional.of("S"), metainfo.source());
        assertEquals(List.of("http://e.example"), metainfo.webSeeds());
    }

    @Test
    void leavesOutWhatIsUnusableAroundTheInfo() throws Exception {
        Metainfo metainfo = parse("d8:announcei5e13:announce-list1:x7:commentl1:xe13:creation datei-5e"
                + "9:httpseedsd1:ai1ee4:info" + INFO + "5:nodesi1e8:url-listli1eee");

        assertEquals(List.of(), metainfo.trackers());
        assertEquals(List.of(), metainfo.webSeeds());
        assertEquals(List.of(), metainfo.nodes());
        assertEquals(Optional.empty(), metainfo.comment());
        assertEquals(Optional.empty(), metainfo.creationDate());
    }

    @Test
    void writesWhatItReads() throws Exception {
        Metainfo metainfo = parse("d13:announce-listll17:udp://a.example:1el18:https://b.example/ee7:comment2:hi4:info"
                + INFO + "5:nodesll3:::1i1eee8:url-list16:http://e.examplee");

        assertEquals(metainfo, Metainfo.parse(metainfo.toBytes()));
    }

    @Test
    void letsLineEndsAfterTheTorrentPassButNothingElse() throws Exception {
        assertEquals("a.txt", parse("d4:info" + INFO + "e\r\n").info().name());
        assertEquals(
                Violation.MALFORMED,
                assertThrows(ProtocolException.class, () -> parse("d4:info" + INFO + "ex"))
                        .violation());
        assertThrows(ProtocolException.class, () -> Info.parse(latin1(INFO + "\n")));
    }

    @Test
    void refusesAnOverlongFileBeforeReadingIt(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("long.torrent");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 33);
        }

        ProtocolException refused = assertThrows(ProtocolException.class, () -> Metainfo.read(file));

        assertEquals(Violation.LIMIT_EXCEEDED, refused.violation());
    }

    @Test
    void readsAFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("a.torrent");
        Files.write(file, latin1("d4:info" + INFO + "e"));

        assertEquals("a.txt", Metainfo.read(file).info().name());
    }

    @Test
    void failsOnlyWithProtocolExceptionOnMutatedInput() {
        byte[] good =
                latin1("d8:announce25:http://t.example/announce4:infod5:filesld6:lengthi3e4:pathl1:a1:beed4:attr1:p"
                        + "6:lengthi9e4:pathl1:ceed4:attr1:l4:pathl1:de12:symlink pathl1:aeee4:name3:dir12:piece lengthi16e"
                        + "6:pieces20:" + HASH + "7:privatei1ee5:nodesll1:hi5eeee");
        SplittableRandom random = new SplittableRandom(11);
        int accepted = 0;
        for (int round = 0; round < 60_000; round++) {
            byte[] mutated = good.clone();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte)
                        (random.nextBoolean()
                                ? random.nextInt(256)
                                : "0123456789dlei:-./\\".charAt(random.nextInt(19)));
            }
            try {
                Metainfo metainfo = Metainfo.parse(mutated);
                accepted++;
                for (FileEntry file : metainfo.info().files()) {
                    assertTrue(
                            file.path().stream().noneMatch(SafePathsTest::isUnsafe),
                            () -> file.path().toString());
                }
            } catch (ProtocolException e) {
                assertFalse(e.getMessage().isBlank());
            }
        }
        assertTrue(accepted > 100, accepted + " accepted");
    }
}
