package dev.jackdaw.peer.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAnnouncementTest {
    private static final InfoHash HASH = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");
    private static final String GOLDEN = "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
            + "Infohash: 0123456789abcdef0123456789abcdef01234567\r\ncookie: abc\r\n\r\n\r\n";

    private static LocalAnnouncement parse(String text) throws ProtocolException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return LocalAnnouncement.parse(bytes, bytes.length);
    }

    @Test
    void isWrittenAsTheSpecificationSays() {
        var announcement = new LocalAnnouncement(6881, List.of(HASH), Optional.of("abc"));

        assertEquals(GOLDEN, new String(announcement.encode("239.192.152.143:6771"), StandardCharsets.ISO_8859_1));
    }

    @Test
    void isReadBack() throws ProtocolException {
        assertEquals(new LocalAnnouncement(6881, List.of(HASH), Optional.of("abc")), parse(GOLDEN));
    }

    @Test
    void theLongestFitsIntoADatagram() throws ProtocolException {
        var longest = new LocalAnnouncement(
                65535, Collections.nCopies(LocalAnnouncement.MAX_INFO_HASHES, HASH), Optional.of("0123456789abcdef"));
        byte[] bytes = longest.encode("[ff15::efc0:988f]:6771");

        assertTrue(bytes.length <= LocalAnnouncement.MAX_LENGTH);
        assertEquals(longest, LocalAnnouncement.parse(bytes, bytes.length));
    }

    @Test
    void ignoresWhatItDoesNotKnow() throws ProtocolException {
        var announcement = parse("BT-SEARCH * HTTP/1.1\nINFOHASH:0123456789ABCDEF0123456789ABCDEF01234567\n"
                + "X-New: thing\nno colon\nport:1\n\nPort: 9");

        assertEquals(new LocalAnnouncement(1, List.of(HASH), Optional.empty()), announcement);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET / HTTP/1.1\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nInfohash: 0123456789abcdef0123456789abcdef01234567\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: 0123456789abcdef0123456789abcdef01234567\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: 0123456789abcdef0123456789abcdef01234567\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: 0123456789abcdef\r\n\r\n",
                "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: 0123456789abcdef0123456789abcdef0123456x\r\n\r\n"
            })
    void refusesWhatIsNone(String text) {
        assertThrows(ProtocolException.class, () -> parse(text));
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThrows(ProtocolException.class, () -> parse(GOLDEN + "x".repeat(LocalAnnouncement.MAX_LENGTH)));
    }

    @Test
    void failsOnlyWithProtocolExceptions() {
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = GOLDEN.getBytes(StandardCharsets.ISO_8859_1);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                LocalAnnouncement.parse(bytes, random.nextInt(bytes.length + 1));
            } catch (ProtocolException expected) {
                assertTrue(expected.getMessage().startsWith("local announcement"));
            }
        }
    }
}
