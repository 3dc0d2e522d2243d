package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.ProtocolException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherLinkTest {
    private static final String KEY = "8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e";
    private static final String TORRENT = "xt=urn:btih:0123456789abcdef0123456789abcdef01234567";

    @Test
    void aLinkNamesAKeyAndPerhapsASalt() throws ProtocolException {
        PublisherLink plain = PublisherLink.find("magnet:?xs=urn:btpk:" + KEY).orElseThrow();
        PublisherLink salted =
                PublisherLink.find("magnet:?xs=urn:btpk:" + KEY + "&s=6e").orElseThrow();

        assertEquals(KEY, plain.key());
        assertEquals(0, plain.saltBytes().length);
        assertArrayEquals(new byte[] {'n'}, salted.saltBytes());
        assertEquals(32, salted.keyBytes().length);
    }

    @Test
    void itsTextIsReadAsItself() throws ProtocolException {
        PublisherLink link = new PublisherLink(KEY.toUpperCase(java.util.Locale.ROOT), "6E00ff");

        assertEquals("magnet:?xs=urn:btpk:" + KEY + "&s=6e00ff", link.toUri());
        assertEquals(Optional.of(link), PublisherLink.find(link.toUri()));
    }

    @Test
    void aLinkToATorrentAloneNamesNone() throws ProtocolException {
        assertEquals(Optional.empty(), PublisherLink.find("magnet:?" + TORRENT + "&s=6e"));
        assertEquals(Optional.empty(), PublisherLink.find("magnet:?" + TORRENT + "&xs=http://example.org/a.torrent"));
    }

    @Test
    void aLinkToBothIsThePublishers() throws ProtocolException {
        String both = "magnet:?" + TORRENT + "&dn=a&xs=URN:BTPK:" + KEY;

        assertEquals(KEY, PublisherLink.find(both).orElseThrow().key());
        assertEquals("a", MagnetLink.parse(both).displayName().orElseThrow());
    }

    @Test
    void readAsALinkToATorrentItSaysWhatItIs() {
        ProtocolException refusal =
                assertThrows(ProtocolException.class, () -> MagnetLink.parse("magnet:?xs=urn:btpk:" + KEY));

        assertTrue(String.valueOf(refusal.getMessage()).contains("publisher"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "magnet:?xs=urn:btpk:", "magnet:?xs=urn:btpk:" + KEY + "00", "magnet:?xs=urn:btpk:xyz",
        "magnet:?xs=urn:btpk:" + KEY + "&s=6", "magnet:?xs=urn:btpk:" + KEY + "&s=zz", "http://example.org/"
    })
    void whatIsNeitherKeyNorSaltIsRefused(String link) {
        assertThrows(ProtocolException.class, () -> PublisherLink.find(link));
    }

    @Test
    void aSaltOfMoreThan64BytesIsRefused() {
        new PublisherLink(KEY, "ab".repeat(64));

        assertThrows(IllegalArgumentException.class, () -> new PublisherLink(KEY, "ab".repeat(65)));
    }
}
