package dev.jackdaw.protocol.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTrackerCodecTest {
    private static final InfoHash INFO_HASH = InfoHash.ofHex("00207e41ff2b262f3d259ac0123456789abcdef1");
    private static final AnnounceRequest REQUEST = new AnnounceRequest(
            INFO_HASH,
            PeerId.of("-JD0100-abc&=+% ~._x".getBytes(ISO_8859_1)),
            6881,
            11,
            22,
            33,
            AnnounceEvent.STARTED,
            0x0badcafe,
            50,
            Optional.of("id \u00ff"));
    private static final String QUERY = "info_hash=%00%20~A%FF%2B%26%2F%3D%25%9A%C0%124Vx%9A%BC%DE%F1"
            + "&peer_id=-JD0100-abc%26%3D%2B%25%20~._x&port=6881&uploaded=11&downloaded=22&left=33&compact=1&no_peer_id=1"
            + "&key=0BADCAFE&numwant=50&event=started&trackerid=id%20%FF";
    private static final PeerAddress V4 = PeerAddress.of(new byte[] {10, 0, 0, 1}, 6881);
    private static final PeerAddress V6 =
            PeerAddress.of(HexFormat.of().parseHex("20010db8000000000000000000000001"), 6882);
    private static final AnnounceReply.Peers PEERS = new AnnounceReply.Peers(
            Duration.ofMinutes(30),
            Optional.of(Duration.ofMinutes(5)),
            3,
            4,
            List.of(V4, V6),
            Optional.of("id \u00ff"),
            Optional.of(new byte[] {1, 2, 3, 4}),
            Optional.of("slöw down"));

    @Test
    void anAnnounceUrlHasEveryByteEscapedThatNeedsIt() {
        assertEquals("http://t.example/announce?" + QUERY, TrackerUrls.announce("http://t.example/announce", REQUEST));
    }

    @ParameterizedTest
    @CsvSource({
        "http://t/announce?key=1, http://t/announce?key=1&",
        "http://t/announce?key=1&, http://t/announce?key=1&",
        "http://t/announce?, http://t/announce?",
        "http://t/announce?a#top, http://t/announce?a&",
        "http://t/announce#?x, http://t/announce?"
    })
    void anAnnounceUrlKeepsTheTrackersOwnQuery(String tracker, String start) {
        assertEquals(start + QUERY, TrackerUrls.announce(tracker, REQUEST));
    }

    @Test
    void whatIsLeftOutOfAnAnnounceIsNotInItsUrl() {
        var regular = new AnnounceRequest(
                INFO_HASH, REQUEST.peerId(), 1, 0, 0, 0, AnnounceEvent.NONE, 0, -1, Optional.empty());
        String url = TrackerUrls.announce("http://t/announce", regular);
        assertFalse(url.contains("event") || url.contains("numwant") || url.contains("trackerid"), url);
    }

    @ParameterizedTest
    @CsvSource({
        "http://e/announce, http://e/scrape",
        "http://e/x/announce, http://e/x/scrape",
        "http://e/announce.php, http://e/scrape.php",
        "http://e/announce?x=2%0644, http://e/scrape?x=2%0644",
        "http://e/announce?x=2/4, http://e/scrape?x=2/4",
        "http://e/announce/secret, http://e/scrape/secret",
        "http://announce.e/announce?u=/announce, http://announce.e/scrape?u=/announce",
        "http://e/a, ",
        "http://announce, ",
        "http://announce/, ",
        "http://e/x%064announce, "
    })
    void aScrapeUrlComesFromTheAnnounceUrl(String tracker, String scrape) {
        var url = TrackerUrls.scrape(tracker, List.of(INFO_HASH, INFO_HASH));
        if (scrape == null) {
            assertEquals(Optional.empty(), url);
        } else {
            String hash = "info_hash=%00%20~A%FF%2B%26%2F%3D%25%9A%C0%124Vx%9A%BC%DE%F1";
            assertEquals(scrape + (scrape.contains("?") ? "&" : "?") + hash + "&" + hash, url.orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({"udp://t:80/dir?a=b&c=d, /dir?a=b&c=d", "udp://t:80, ''", "udp://t:80?a, ?a", "udp://t/a#b, /a"})
    void urlDataIsPathAndQuery(String tracker, String data) {
        assertEquals(data, TrackerUrls.urlData(tracker));
    }

    @Test
    void anAnnounceComesBackFromItsQuery() throws ProtocolException {
        var query = announce(QUERY);

        assertEquals(REQUEST, query.toRequest());
        assertTrue(query.compact());
        assertTrue(query.noPeerId());
        assertEquals("", query.passkey());
        assertEquals("a b", announce(QUERY + "&passkey=a%20b").passkey());
    }

    @Test
    void aReaderForgetsTheQueryBefore() throws ProtocolException {
        var query = announce(QUERY + "&passkey=p");
        byte[] bare = "?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=1 ".getBytes(ISO_8859_1);

        query.read(ByteBuffer.wrap(bare), 1, bare.length - 1);

        assertEquals(
                new AnnounceRequest(
                        InfoHash.of("a".repeat(20).getBytes(ISO_8859_1)),
                        PeerId.of("b".repeat(20).getBytes(ISO_8859_1)),
                        1,
                        0,
                        0,
                        Long.MAX_VALUE,
                        AnnounceEvent.NONE,
                        0,
                        -1,
                        Optional.empty()),
                query.toRequest());
        assertEquals("", query.passkey());
        assertFalse(query.noPeerId());
    }

    @Test
    void aQueryFromOtherClientsIsRead() throws ProtocolException {
        String hash = "info_hash=%00%20%7e%41%ff%2b%26%2f%3d%25%9a%c0%12%34%56%78%9a%bc%de%f1";
        var query = announce(
                "&" + hash + "&peer_id=-TR3000-abcdefghijkl&port=1&left=-1&uploaded=-5"
                        + "&downloaded=99999999999999999999&key=some+key&numwant=-1&event=paused&ip=10.0.0.1&supportcrypto=1&x&&compact=0");
        assertEquals(INFO_HASH, query.toRequest().infoHash());
        assertEquals(Long.MAX_VALUE, query.toRequest().left());
        assertEquals(0, query.toRequest().uploaded());
        assertEquals(Long.MAX_VALUE, query.toRequest().downloaded());
        assertEquals("some+key".hashCode(), query.toRequest().key());
        assertEquals(-1, query.toRequest().numWant());
        assertEquals(AnnounceEvent.PAUSED, query.toRequest().event());
        assertFalse(query.compact());
        assertFalse(query.noPeerId());
    }

    @Test
    void aPeerThatDoesNotKnowTheLengthIsALeecher() throws ProtocolException {
        String named = "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-WW0109-abcdefghijkl&port=1";

        assertEquals(Long.MAX_VALUE, announce(named).left());
        assertEquals(Long.MAX_VALUE, announce(named + "&left=-1").left());
        assertEquals(Long.MAX_VALUE, announce(named + "&left=&event=started").left());
    }

    @Test
    void whatNeedsNoEscapeMayHaveOne() throws ProtocolException {
        var query =
                announce("info%5Fhash=aaaaaaaaaaaaaaaaaaa%61&%70%65er_id=-TR3000-abcdefghijkl&por%74=%36881&left=%31%32"
                        + "&event=%73topped&compact=%30&no%5fpeer%5fid=%31&numwan%=7&numwan%7=8&numwant%=9");
        assertEquals(6881, query.port());
        assertEquals(12, query.left());
        assertEquals(AnnounceEvent.STOPPED, query.event());
        assertFalse(query.compact());
        assertTrue(query.noPeerId());
        assertEquals(-1, query.numWant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=%36%",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=%2D1",
                "info_hash=abc&peer_id=-TR3000-abcdefghijkl&port=1",
                "peer_id=-TR3000-abcdefghijkl&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=65536",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=-2",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=1x",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=1&left=-",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=1&left=NaN",
                "info_hash=aaaaaaaaaaaaaaaaaaa%&peer_id=-TR3000-abcdefghijkl&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaa%4&peer_id=-TR3000-abcdefghijkl&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaa%4g&peer_id=-TR3000-abcdefghijkl&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=1",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=-1"
            })
    void aQueryThatMakesNoSenseIsRefused(String query) {
        assertThrows(ProtocolException.class, () -> announce(query));
    }

    @Test
    void aKeyIsAllOfItsBytes() throws ProtocolException {
        String named = "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-TR3000-abcdefghijkl&port=6881";

        HttpAnnounceQuery announce = announce(named + "&lef=1&left=3&left%00=2&leftx=4&download=5&downloades=6&l=7");

        assertEquals(3, announce.left());
        assertEquals(0, announce.downloaded());
        assertEquals(6881, announce.port());
        assertThrows(ProtocolException.class, () -> announce(named.replace("port", "porT")));
        assertThrows(ProtocolException.class, () -> announce(named.replace("info_hash", "info_hasi")));
    }

    @Test
    void aLongQueryIsRefused() {
        assertThrows(ProtocolException.class, () -> announce(QUERY + "&x=" + "x".repeat(9000)));
    }

    @Test
    void aReplyIsWrittenWithSortedKeys() throws ProtocolException {
        byte[] compact = written(PEERS, true);
        assertEquals(
                "d8:completei3e11:external ip4:\1\2\3\00410:incompletei4e8:intervali1800e12:min intervali300e"
                        + "5:peers6:\n\0\0\1\32\u00e16:peers618: \1\r\u00b8" + "\0".repeat(11) + "\1\32\u00e2"
                        + "10:tracker id4:id \u00ff15:warning message10:sl\u00c3\u00b6w downe",
                new String(compact, ISO_8859_1));
        assertArrayEquals(compact, BencodeWriter.write(Bencode.read(compact, BencodeLimits.TRACKER)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theShortWayToACompactReplyWritesTheSame(boolean v6) {
        PeerAddress asker = v6 ? V6 : V4;
        for (int count : new int[] {0, 1, 200}) {
            var peers = IntStream.range(1, count + 1).mapToObj(asker::withPort).toList();
            var reply = new AnnounceReply.Peers(
                    Duration.ofSeconds(1800),
                    Optional.of(Duration.ofSeconds(60)),
                    count,
                    Integer.MAX_VALUE,
                    peers,
                    Optional.empty(),
                    Optional.of(asker.hostBytes()),
                    Optional.empty());
            ByteBuffer compact = ByteBuffer.allocate(18 * count);
            peers.forEach(peer -> compact.put(peer.toCompact()));
            ByteBuffer out = ByteBuffer.allocate(8192);

            HttpTrackerWriter.writeCompact(
                    count,
                    Integer.MAX_VALUE,
                    1800,
                    60,
                    v6,
                    asker.high(),
                    asker.low(),
                    compact.array(),
                    compact.position(),
                    out);

            byte[] expected = written(reply, true);
            if (v6 && count == 0) {
                continue; // an empty "peers6" there, none here: both are right
            }
            assertArrayEquals(expected, Arrays.copyOf(out.array(), out.position()));
        }
    }

    @Test
    void aReplyComesBackAsItWasWritten() throws ProtocolException {
        for (boolean compact : new boolean[] {true, false}) {
            var read = assertInstanceOf(
                    AnnounceReply.Peers.class, HttpTrackerCodec.readAnnounceReply(written(PEERS, compact)));
            assertEquals(PEERS.peers(), read.peers());
            assertEquals(PEERS.interval(), read.interval());
            assertEquals(PEERS.minInterval(), read.minInterval());
            assertEquals(3, read.seeders());
            assertEquals(4, read.leechers());
            assertEquals(PEERS.trackerId(), read.trackerId());
            assertEquals(PEERS.warning(), read.warning());
            assertArrayEquals(new byte[] {1, 2, 3, 4}, read.externalIp().orElseThrow());
        }
    }

    @Test
    void failuresComeBackAsTheyWereWritten() throws ProtocolException {
        for (var failure : List.of(
                new AnnounceReply.Failure("gone"),
                new AnnounceReply.Failure("busy", Optional.of(Duration.ofMinutes(5)), false),
                new AnnounceReply.Failure("not a tracker", Optional.empty(), true))) {
            assertEquals(failure, HttpTrackerCodec.readAnnounceReply(written(failure, true)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 30",
        "0, 30",
        "29, 30",
        "1800, 1800",
        "86400, 86400",
        "2147483647, 86400",
        "9223372036854775807, 86400"
    })
    void intervalsAreBroughtIntoRange(long seconds, long expected) throws ProtocolException {
        var reply = reply("d8:intervali" + seconds + "e12:min intervali" + seconds + "ee");
        assertEquals(Duration.ofSeconds(expected), reply.interval());
        assertEquals(Optional.of(Duration.ofSeconds(expected)), reply.minInterval());
        assertEquals(AnnounceIntervals.DEFAULT, reply("de").interval());
    }

    @Test
    void retryInIsANumberOrNeverAndElseNothing() throws ProtocolException {
        assertEquals(
                Optional.of(Duration.ofMinutes(5)),
                failure("d14:failure reason1:x8:retry in1:5e").retryIn());
        assertEquals(
                Optional.of(Duration.ofMinutes(5)),
                failure("d14:failure reason1:x8:retry ini5ee").retryIn());
        assertEquals(
                Optional.of(Duration.ofMinutes(1)),
                failure("d14:failure reason1:x8:retry ini-5ee").retryIn());
        assertEquals(
                Optional.of(AnnounceIntervals.MAX),
                failure("d14:failure reason1:x8:retry in9:999999999e").retryIn());
        assertTrue(failure("d14:failure reason1:x8:retry in5:nevere").never());
        for (String odd : List.of("0:", "4:soon", "10:9999999999", "le")) {
            var failure = failure("d14:failure reason1:x8:retry in" + odd + "e");
            assertEquals(new AnnounceReply.Failure("x"), failure);
        }
    }

    @Test
    void peersThatCannotBeDialledAreLeftOut() throws ProtocolException {
        assertEquals(
                List.of(V4),
                reply("d5:peers12:\n\u0000\u0000\u0001\u001a\u00e1\n\u0000\u0000\u0001\u0000\u0000e")
                        .peers());
        assertEquals(
                List.of(V4, V6),
                reply(
                                "d5:peersld2:ip8:10.0.0.14:porti6881eed2:ip11:2001:db8::14:porti6882eed2:ip9:localhost4:porti1ee"
                                        + "d2:ip5:127.14:porti1eed2:ip8:10.0.0.14:porti0eed2:ip8:10.0.0.14:porti65536eed4:porti1ee"
                                        + "d2:ip7:fe80::14:porti-1eed2:ip3:1234:porti5eed2:ipi7e4:porti5eed2:ip8:10.0.0.14:port1:5eee")
                        .peers());
    }

    @Test
    void whatFollowsAReplyIsIgnored() throws ProtocolException {
        assertEquals(
                List.of(V4),
                reply("d5:peers6:\n\u0000\u0000\u0001\u001a\u00e1e\r\n").peers());
        assertEquals("no", failure("d14:failure reason2:noe<!-- 3 ms -->").reason());
    }

    @Test
    void manyPeersAreCut() throws ProtocolException {
        var many = IntStream.rangeClosed(1, 5000).mapToObj(V4::withPort).toList();
        var reply = new AnnounceReply.Peers(
                Duration.ofMinutes(1),
                Optional.empty(),
                -1,
                -1,
                many,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        for (boolean compact : new boolean[] {true, false}) {
            var read = (AnnounceReply.Peers) HttpTrackerCodec.readAnnounceReply(written(reply, compact));
            assertEquals(many.subList(0, HttpTrackerCodec.MAX_PEERS), read.peers());
        }
    }

    @Test
    void textFromATrackerIsBounded() throws ProtocolException {
        assertEquals(
                TrackerText.MAX_LENGTH,
                failure("d14:failure reason9000:" + "x".repeat(9000) + "e")
                        .reason()
                        .length());
        var reply = reply("d10:tracker id300:" + "x".repeat(300) + "15:warning message600:" + "w".repeat(600) + "e");
        assertEquals(Optional.empty(), reply.trackerId());
        assertEquals(TrackerText.MAX_LENGTH, reply.warning().orElseThrow().length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "le",
                "<html>",
                "d5:peersi1ee",
                "d5:peersdee",
                "d5:peers5:abcdee",
                "d6:peers617:abcdefghijklmnopqe",
                "d5:peersli1eee",
                "d8:interval2:xxe",
                "d14:failure reasoni1ee"
            })
    void aReplyThatMakesNoSenseIsRefused(String body) {
        assertThrows(ProtocolException.class, () -> HttpTrackerCodec.readAnnounceReply(body.getBytes(ISO_8859_1)));
    }

    @Test
    void scrapesComeBackAsTheyWereWritten() throws ProtocolException {
        var swarms = new ScrapeReply.Swarms(Map.of(
                INFO_HASH,
                new ScrapeReply.Counts(1, 2, 3),
                InfoHash.ofHex("ff207e41ff2b262f3d259ac0123456789abcdef1"),
                new ScrapeReply.Counts(0, 0, 5, 4)));
        ByteBuffer out = ByteBuffer.allocate(1000);
        HttpTrackerWriter.write(swarms, out);
        byte[] body = Arrays.copyOf(out.array(), out.position());
        assertArrayEquals(body, BencodeWriter.write(Bencode.read(body, BencodeLimits.TRACKER)));
        assertEquals(swarms, HttpTrackerCodec.readScrapeReply(body));

        out.clear();
        HttpTrackerWriter.write(new ScrapeReply.Failure("no"), out);
        assertEquals(
                new ScrapeReply.Failure("no"),
                HttpTrackerCodec.readScrapeReply(Arrays.copyOf(out.array(), out.position())));
        assertThrows(ProtocolException.class, () -> HttpTrackerCodec.readScrapeReply("de".getBytes(ISO_8859_1)));
    }

    @Test
    void aScrapeQueryNamesItsTorrents() throws ProtocolException {
        String url = TrackerUrls.scrape("http://t/announce?key=1", List.of(INFO_HASH, INFO_HASH))
                .orElseThrow();
        assertEquals(
                new HttpScrapeQuery(List.of(INFO_HASH, INFO_HASH), ""), scrape(url.substring(url.indexOf('?') + 1)));
        assertEquals(new HttpScrapeQuery(List.of(), "p"), scrape("passkey=p"));
        String many = "info_hash=aaaaaaaaaaaaaaaaaaaa&".repeat(HttpTrackerCodec.MAX_SCRAPE + 1);
        assertThrows(ProtocolException.class, () -> scrape(many));
    }

    @Test
    void mutatedInputFailsOnlyWithProtocolException() {
        byte[] compact = written(PEERS, true);
        byte[] dictionaries = written(PEERS, false);
        byte[] query = QUERY.getBytes(ISO_8859_1);
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 30_000; round++) {
            byte[] mutated = (round % 3 == 0 ? compact : round % 3 == 1 ? dictionaries : query).clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                if (round % 3 == 2) {
                    announce(new String(mutated, ISO_8859_1));
                } else {
                    HttpTrackerCodec.readAnnounceReply(mutated);
                }
            } catch (ProtocolException expected) {
                // what the formats promise
            }
        }
    }

    private static byte[] written(AnnounceReply reply, boolean compact) {
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        HttpTrackerWriter.write(reply, compact, out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static HttpAnnounceQuery announce(String query) throws ProtocolException {
        var announce = new HttpAnnounceQuery();
        announce.read(ByteBuffer.wrap(query.getBytes(ISO_8859_1)), 0, query.length());
        return announce;
    }

    private static HttpScrapeQuery scrape(String query) throws ProtocolException {
        return HttpScrapeQuery.read(ByteBuffer.wrap(query.getBytes(ISO_8859_1)), 0, query.length());
    }

    private static AnnounceReply.Peers reply(String body) throws ProtocolException {
        return assertInstanceOf(
                AnnounceReply.Peers.class, HttpTrackerCodec.readAnnounceReply(body.getBytes(ISO_8859_1)));
    }

    private static AnnounceReply.Failure failure(String body) throws ProtocolException {
        return assertInstanceOf(
                AnnounceReply.Failure.class, HttpTrackerCodec.readAnnounceReply(body.getBytes(ISO_8859_1)));
    }
}
