package dev.jackdaw.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.ContentCheck.FileProblem;
import dev.jackdaw.peer.ContentCheck.Report;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentCheckTest {
    private static final int PIECE = 16 * 1024;
    private static final int[] LENGTHS = {20_000, 0, 50_000, 30_000};

    @TempDir
    Path directory;

    private Info info;

    @BeforeEach
    void writeContent() throws Exception {
        byte[] content = new byte[Arrays.stream(LENGTHS).sum()];
        new Random(1).nextBytes(content);
        Files.createDirectories(directory.resolve("t"));
        List<BencodeValue> files = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < LENGTHS.length; i++) {
            files.add(Dictionary.of(
                    Map.of("length", new Int(LENGTHS[i]), "path", new Items(List.of(ByteString.of("f" + i))))));
            Files.write(path(i), Arrays.copyOfRange(content, at, at + LENGTHS[i]));
            at += LENGTHS[i];
        }
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (int from = 0; from < content.length; from += PIECE) {
            hashes.writeBytes(MessageDigest.getInstance("SHA-1")
                    .digest(Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE))));
        }
        Dictionary dictionary = Dictionary.of(Map.of(
                "files",
                new Items(files),
                "name",
                ByteString.of("t"),
                "piece length",
                new Int(PIECE),
                "pieces",
                new ByteString(hashes.toByteArray())));
        info = Metainfo.parse(BencodeWriter.write(Dictionary.of(Map.of("info", dictionary))))
                .info();
    }

    private Path path(int file) {
        return directory.resolve("t").resolve("f" + file);
    }

    private Report run() throws InterruptedException {
        return ContentCheck.run(info, directory, progress -> {});
    }

    @Test
    void rightContentHasNoProblems() throws Exception {
        Report report = run();
        assertTrue(report.isGood());
        assertEquals(info.layout().pieceCount(), report.good().cardinality());
    }

    @Test
    void missingFilesAreNamedEmptyOnesToo() throws Exception {
        Files.delete(path(1));
        Files.delete(path(3));

        Report report = run();
        assertEquals(
                List.of(
                        new FileProblem.Missing(info.files().get(1)),
                        new FileProblem.Missing(info.files().get(3))),
                report.problems());
        assertEquals(4, report.good().cardinality());
    }

    @Test
    void wrongLengthsAreToldApart() throws Exception {
        Files.write(path(0), Arrays.copyOf(Files.readAllBytes(path(0)), 20_001));
        Files.write(path(2), Arrays.copyOf(Files.readAllBytes(path(2)), 49_999));

        Report report = run();
        assertEquals(
                List.of(
                        new FileProblem.TooLong(info.files().get(0), 20_001),
                        new FileProblem.TooShort(info.files().get(2), 49_999)),
                report.problems());
        assertEquals(info.layout().pieceCount() - 1, report.good().cardinality());
        assertFalse(report.isGood());
    }

    @Test
    void aCorruptPieceCountsAgainstEachFileItTouches() throws Exception {
        byte[] bytes = Files.readAllBytes(path(2));
        bytes[49_999] ^= 1;
        bytes[20_000] ^= 1;
        Files.write(path(2), bytes);

        assertEquals(
                List.of(
                        new FileProblem.Corrupt(info.files().get(2), List.of(2, 4)),
                        new FileProblem.Corrupt(info.files().get(3), List.of(4))),
                run().problems());
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path elsewhere = Files.move(path(0), directory.resolve("elsewhere"));
        Files.createSymbolicLink(path(0), elsewhere);

        assertEquals(List.of(new FileProblem.Missing(info.files().get(0))), run().problems());
    }

    @Test
    void whatIsNotThereAtAllIsMissing() throws Exception {
        Report report = ContentCheck.run(info, directory.resolve("nowhere"), progress -> {});
        assertTrue(report.good().isEmpty());
        assertEquals(LENGTHS.length, report.problems().size());
    }
}
