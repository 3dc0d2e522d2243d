package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MagnetLinkTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef01234567";
    private static final String BASE32 = "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH";
    private static final String XT = "magnet:?xt=urn:btih:" + HEX;
    private static final InfoHash HASH = InfoHash.ofHex(HEX);

    @ParameterizedTest
    @ValueSource(
            strings = {
                XT,
                "  " + XT + "\n",
                "MAGNET:?XT=URN:BTIH:0123456789ABCDEF0123456789ABCDEF01234567",
                "magnet:?xt=urn:btih:" + BASE32,
                "magnet:?xt=urn:btih:aerukz4jvpg66ajdivtytk6n54asgrlh",
                "magnet:?xt=urn%3Abtih%3A" + HEX,
                "magnet:?xt.1=urn:btih:" + HEX,
                "magnet:?dn=first&xt=urn:btih:" + HEX,
                "magnet:?&&xt=urn:btih:" + HEX + "&&=x&novalue&a=",
                "magnet:?xt=urn:btmh:1220abababababababababababababababababababababababababababababababab&xt=urn:btih:"
                        + HEX,
                "magnet:?xt=urn:btih:" + HEX + "&xt=urn:ed2k:31d6cfe0d16ae931b73c59d7e0c089c0",
                "magnet:?xt=urn:btih:" + HEX + "&xt=urn:btih:" + BASE32,
                XT + "&amp;dn=x",
                XT + "#fragment",
                XT + "&unknown=%%%&xs=http://x&kt=a+b&as=y",
                XT + "&so=",
            })
    void findsTheInfoHash(String uri) throws ProtocolException {
        assertEquals(HASH, MagnetLink.parse(uri).infoHash());
    }

    @ParameterizedTest
    @CsvSource({
        "'',MALFORMED,does not begin",
        "http://x/,MALFORMED,does not begin",
        "magnet:,MALFORMED,without parameters",
        "magnet:?,MISSING_FIELD,without \"xt=urn:btih:\"",
        "magnet:?dn=x,MISSING_FIELD,without \"xt=urn:btih:\"",
        "magnet:?xt=urn:btih:,BAD_VALUE,expected 40 hexadecimal or 32 base32 digits",
        "magnet:?xt=urn:btih:0123,BAD_VALUE,expected 40",
        "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef0123456g,BAD_VALUE,expected 40",
        "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef012345678,BAD_VALUE,expected 40",
        "magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRL1,BAD_VALUE,32 base32",
        "magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRL=,BAD_VALUE,32 base32",
        "magnet:?xt=urn:btmh:1220abab,UNEXPECTED,v2 only",
        "magnet:?xt=urn:sha1:x%1b,MISSING_FIELD,urn:sha1:x\\x{1b}",
        "magnet:?xt=urn:btih:" + HEX
                + "&xt=urn:btih:ffffffffffffffffffffffffffffffffffffffff,BAD_VALUE,2 different torrents",
        "magnet:?xt=urn:btih:" + HEX + "&so=x,BAD_VALUE,expected file indexes",
        "magnet:?xt=urn:btih:" + HEX + "&so=-1,BAD_VALUE,expected file indexes",
        "magnet:?xt=urn:btih:" + HEX + "&so=5-3,BAD_VALUE,ascending",
        "magnet:?xt=urn:btih:" + HEX + "&so=0-999999999,BAD_VALUE,below 200000",
        "magnet:?xt=urn:btih:" + HEX + "&so=99999999999,BAD_VALUE,expected file indexes",
    })
    void refusesWithAReason(String uri, Violation violation, String reason) {
        ProtocolException refused = assertThrows(ProtocolException.class, () -> MagnetLink.parse(uri));

        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertEquals(violation, refused.violation());
    }

    @ParameterizedTest
    @CsvSource({
        "plain,plain",
        "a+b%20c,a b c",
        "%E6%97%A5,日",
        "日本,日本",
        "100%,100%",
        "%zz%4,%zz%4",
        "%2e%2e%2fetc,.._etc",
        "..,0123456789abcdef0123456789abcdef01234567",
        "a%00b%1b,a_b_",
        "%ff,0123456789abcdef0123456789abcdef01234567",
        "NUL.txt,NUL_.txt",
        "a%26b%3Dc,a&b=c",
    })
    void makesTheDisplayNameSafe(String dn, String expected) throws ProtocolException {
        assertEquals(Optional.of(expected), MagnetLink.parse(XT + "&dn=" + dn).displayName());
    }

    @Test
    void keepsUsableTrackersOnce() throws ProtocolException {
        MagnetLink link = MagnetLink.parse(XT
                + "&tr=udp%3A%2F%2Fa.example%3A80%2Fannounce&tr.1=http://b.example/x?k=1&TR=https://c.example/"
                + "&tr=udp://a.example:80/announce&tr=udp://noport.example&tr=wss://d.example&tr=file:///etc/passwd"
                + "&tr=http://&tr=&tr=http://bad%20host/&tr=http://p.example:70000/&tr=http://" + "x".repeat(3_000));

        assertEquals(
                List.of("udp://a.example:80/announce", "http://b.example/x?k=1", "https://c.example/"),
                link.trackers());
    }

    @Test
    void readsPeersInEveryForm() throws ProtocolException {
        MagnetLink link = MagnetLink.parse(XT
                + "&x.pe=192.0.2.1:6881&x.pe=%5B2001:db8::1%5D:6882&x.pe=host.example:1&x.pe=192.0.2.1:6881"
                + "&x.pe=192.0.2.1&x.pe=:5&x.pe=h:0&x.pe=h:65536&x.pe=2001:db8::1:5&x.pe=a%20b:5&x.pe=[]:5");

        assertEquals(
                List.of("192.0.2.1:6881", "[2001:db8::1]:6882", "host.example:1"),
                link.peers().stream().map(Metainfo.HostAndPort::toString).toList());
    }

    @Test
    void selectsFiles() throws ProtocolException {
        assertEquals(
                List.of(0, 2, 4, 5, 6), MagnetLink.parse(XT + "&so=4-6,0,2,5").only());
        assertEquals(List.of(1, 3), MagnetLink.parse(XT + "&so=1&so=3").only());
        assertEquals(List.of(), MagnetLink.parse(XT).only());
    }

    @Test
    void boundsEverything() throws ProtocolException {
        String trackers =
                IntStream.range(0, 900).mapToObj(i -> "&tr=http://h" + i + "/").collect(Collectors.joining());
        String peers =
                IntStream.range(0, 900).mapToObj(i -> "&x.pe=h:" + (i + 1)).collect(Collectors.joining());
        String seeds =
                IntStream.range(0, 900).mapToObj(i -> "&ws=http://h" + i + "/").collect(Collectors.joining());

        assertEquals(
                RemoteUrls.MAX_TRACKERS,
                MagnetLink.parse(XT + trackers).trackers().size());
        assertEquals(
                MagnetParser.MAX_PEERS, MagnetLink.parse(XT + peers).peers().size());
        assertEquals(
                RemoteUrls.MAX_SEEDS, MagnetLink.parse(XT + seeds).webSeeds().size());
        assertEquals(
                200_000,
                MagnetLink.parse(XT + "&so=" + "0-199999,".repeat(7_000)).only().size());
        for (String over : List.of("&dn=" + "x".repeat(70_000), "&a=b".repeat(1_024))) {
            ProtocolException refused = assertThrows(ProtocolException.class, () -> MagnetLink.parse(XT + over));
            assertEquals(Violation.LIMIT_EXCEEDED, refused.violation());
        }
    }

    @Test
    void writesWhatItReads() throws ProtocolException {
        MagnetLink link = new MagnetLink(
                HASH,
                Optional.of("a & b=c+d %41 é 🎵"),
                List.of("udp://a.example:80/announce", "http://b.example/?x=1&y=2"),
                List.of("http://w.example/a%20b"),
                List.of(new Metainfo.HostAndPort("2001:db8::1", 6881), new Metainfo.HostAndPort("h", 1)),
                List.of(0, 2, 4, 5, 6));

        String uri = link.toUri();

        assertEquals(link, MagnetLink.parse(uri));
        assertTrue(uri.endsWith("&x.pe=[2001:db8::1]:6881&x.pe=h:1&so=0,2,4-6"), uri);
        assertTrue(uri.chars().allMatch(c -> c > 0x20 && c < 0x7f), uri);
        assertEquals(XT, MagnetLink.of(HASH).toUri());
    }

    @Test
    void linksToATorrent() throws Exception {
        Metainfo metainfo = Metainfo.parse(TorrentDraft.single()
                .around("announce", "http://t.example/")
                .around("url-list", "http://w.example/")
                .bytes());

        MagnetLink link = MagnetLink.of(metainfo);

        assertEquals(link, MagnetLink.parse(link.toUri()));
        assertEquals(metainfo, Metainfo.of(metainfo.info(), link));
    }

    @Test
    void failsOnlyWithProtocolExceptionOnMutatedInput() {
        String good = XT + "&dn=a+b%20c&tr=udp://a.example:80&ws=http://w.example/&x.pe=[::1]:5&so=0,2-4";
        SplittableRandom random = new SplittableRandom(5);
        int accepted = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder mutated = new StringBuilder(good);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                char c = random.nextBoolean()
                        ? (char) random.nextInt(0x10000)
                        : "%&=+-,.:[]/?#".charAt(random.nextInt(13));
                mutated.setCharAt(random.nextInt(mutated.length()), c);
            }
            try {
                MagnetLink link = MagnetLink.parse(mutated.toString());
                assertEquals(link, MagnetLink.parse(link.toUri()));
                accepted++;
            } catch (ProtocolException e) {
                assertTrue(e.getMessage().length() < 300, e.getMessage());
            }
        }
        assertTrue(accepted > 1_000, accepted + " accepted");
    }
}
