package dev.jackdaw.dht;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherKeyTest {
    private static final byte[] NO_SALT = {};
    private static final byte[] VALUE = bytes("5:hello");
    private static final InfoHash TORRENT = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void itsFileIsMadeOnceAndForItsOwnersEyes() throws IOException {
        Path file = directory.resolve("my.key");

        PublisherKey made = PublisherKey.readOrCreate(file);
        PublisherKey read = PublisherKey.readOrCreate(file);

        assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
        assertArrayEquals(made.publicKey(), read.publicKey());
        assertTrue(read.sign(NO_SALT, 1, VALUE).isSigned());
        assertTrue(Files.readString(file).endsWith(HexFormat.of().formatHex(made.publicKey()) + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "xyz", "-----BEGIN PRIVATE KEY-----"})
    void aFileOfSomethingElseIsNoKeyAndStaysAsItIs(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("my.key"), content);

        assertThrows(IOException.class, () -> PublisherKey.readOrCreate(file));
        assertEquals(content, Files.readString(file));
    }

    @Test
    void aPublicKeyOfAnotherSecretIsDamage() throws IOException {
        Path file = directory.resolve("my.key");
        PublisherKey.readOrCreate(file);
        String other = HexFormat.of().formatHex(PublisherKey.generate().publicKey());
        Files.writeString(file, Files.readString(file).substring(0, 64) + other);

        IOException damage = assertThrows(IOException.class, () -> PublisherKey.read(file));
        assertTrue(damage.getMessage().contains("damaged"), damage.getMessage());
    }

    @Test
    void aSuccessorComesAfterTheNewestAndFollowsTheClock() {
        PublisherKey key = PublisherKey.generate();

        DhtItem.Mutable first = key.successor(Optional.empty(), NO_SALT, VALUE, 1_000);
        DhtItem.Mutable second = key.successor(Optional.of(first), NO_SALT, bytes("5:later"), 1_000);
        DhtItem.Mutable third = key.successor(Optional.of(second), NO_SALT, VALUE, 5_000);

        assertEquals(1_000, first.seq());
        assertEquals(1_001, second.seq());
        assertEquals(5_000, third.seq());
        assertTrue(third.isSigned());
    }

    @Test
    void whatIsTheNewestAlreadyIsPutAsItIs() {
        PublisherKey key = PublisherKey.generate();
        DhtItem.Mutable newest = key.sign(NO_SALT, 7, VALUE);

        assertSame(newest, key.successor(Optional.of(newest), NO_SALT, VALUE.clone(), 1_000));
    }

    @Test
    void theSaltIsSigned() {
        DhtItem.Mutable item = PublisherKey.generate().sign(bytes("n"), 1, VALUE);

        assertTrue(item.isSigned());
        assertFalse(item.withSalt(NO_SALT).isSigned());
    }

    /// BEP 46, "Test Vectors".
    @Test
    void aLinkLeadsToItsTarget() {
        byte[] key = HexFormat.of().parseHex("8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e");

        assertEquals(
                "cc3f9d90b572172053626f9980ce261a850d050b",
                DhtItem.Mutable.target(key, NO_SALT).hex());
        assertEquals(
                "59ee7c2cb9b4f7eb1986ee2d18fd2fdb8a56554f",
                DhtItem.Mutable.target(key, bytes("n")).hex());
    }

    @Test
    void aTorrentIsPublishedAsItsInfoHash() {
        byte[] value = new PublishedTorrent(TORRENT).toValue();
        DhtItem.Mutable item = PublisherKey.generate().sign(NO_SALT, 1, value);

        assertTrue(new String(value, StandardCharsets.ISO_8859_1).startsWith("d2:ih20:\u0001#Eg"));
        assertEquals(Optional.of(new PublishedTorrent(TORRENT)), PublishedTorrent.of(item));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "i1e", "de", "d2:ihi1ee", "d2:ih3:abce", "d2:ih20:ab", "20:aaaaaaaaaaaaaaaaaaaa"})
    void aValueOfAnotherFormPublishesNoTorrent(String value) {
        assertEquals(
                Optional.empty(), PublishedTorrent.of(PublisherKey.generate().sign(NO_SALT, 1, bytes(value))));
    }

    @Test
    void furtherKeysOfAPublicationDoNoHarm() {
        String value = "d2:ih20:aaaaaaaaaaaaaaaaaaaa4:name3:abce";

        assertTrue(PublishedTorrent.of(PublisherKey.generate().sign(NO_SALT, 1, bytes(value)))
                .isPresent());
    }
}
