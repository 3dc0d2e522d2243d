package dev.jackdaw.protocol.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announce;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announced;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connect;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connected;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Failed;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scrape;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scraped;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UdpTrackerCodecTest {
    private static final InfoHash INFO_HASH = InfoHash.ofHex("000102030405060708090a0b0c0d0e0f10111213");
    private static final PeerAddress V4 = PeerAddress.of(new byte[] {10, 0, 0, 1}, 6881);
    private static final PeerAddress V6 =
            PeerAddress.of(HexFormat.of().parseHex("20010db8000000000000000000000001"), 6882);
    private static final AnnounceRequest REQUEST = new AnnounceRequest(
            INFO_HASH,
            PeerId.of(HexFormat.of().parseHex("202122232425262728292a2b2c2d2e2f30313233")),
            6881,
            3,
            1,
            2,
            AnnounceEvent.STARTED,
            0x0badcafe,
            -1,
            Optional.empty());
    private static final String ANNOUNCE = "1112131415161718" + "00000001" + "0a0b0c0d"
            + "000102030405060708090a0b0c0d0e0f10111213" + "202122232425262728292a2b2c2d2e2f30313233"
            + "0000000000000001" + "0000000000000002" + "0000000000000003"
            + "00000002" + "00000000" + "0badcafe" + "ffffffff" + "1ae1";
    private static final long CONNECTION = 0x1112131415161718L;
    private static final int TRANSACTION = 0x0a0b0c0d;

    @Test
    void requestsAreThoseOfTheSpecification() throws ProtocolException {
        assertRequest("0000041727101980000000000a0b0c0d", new Connect(TRANSACTION));
        assertRequest(ANNOUNCE, new Announce(TRANSACTION, CONNECTION, REQUEST, ""));
        assertRequest(
                ANNOUNCE + "020c2f6469723f613d6226633d64",
                new Announce(TRANSACTION, CONNECTION, REQUEST, "/dir?a=b&c=d"));
        assertRequest(
                "1112131415161718000000020a0b0c0d" + INFO_HASH.hex() + INFO_HASH.hex(),
                new Scrape(TRANSACTION, CONNECTION, List.of(INFO_HASH, INFO_HASH)));
    }

    @Test
    void repliesAreThoseOfTheSpecification() throws ProtocolException {
        assertReply("000000000a0b0c0d1112131415161718", new Connected(TRANSACTION, CONNECTION), false);
        assertReply(
                "000000010a0b0c0d" + "000007080000000400000003" + "0a0000011ae1",
                new Announced(TRANSACTION, 1800, 4, 3, List.of(V4)),
                false);
        assertReply(
                "000000010a0b0c0d" + "000007080000000400000003" + "20010db80000000000000000000000011ae2",
                new Announced(TRANSACTION, 1800, 4, 3, List.of(V6)),
                true);
        assertReply(
                "000000020a0b0c0d" + "000000010000000200000003",
                new Scraped(TRANSACTION, List.of(new ScrapeReply.Counts(1, 2, 3))),
                false);
        assertReply("000000030a0b0c0d" + "6e6f", new Failed(TRANSACTION, "no"), false);
    }

    @Test
    void addressesOfTheOtherFamilyAreLeftOut() {
        var announced = new Announced(TRANSACTION, 1800, 4, 3, List.of(V4, V6));
        assertEquals(20 + 6, written(announced, false).length);
        assertEquals(20 + 18, written(announced, true).length);
    }

    @Test
    void longUrlDataIsCutIntoOptionsAndJoinedAgain() throws ProtocolException {
        String url = "/" + "x".repeat(600);
        var announce = new Announce(TRANSACTION, CONNECTION, REQUEST, url);
        assertEquals(98 + 601 + 3 * 2, written(announce, false).length);
        assertEquals(announce, UdpTrackerCodec.readRequest(ByteBuffer.wrap(written(announce, false))));
    }

    @Test
    void optionsAreReadAsTheSpecificationSays() throws ProtocolException {
        assertEquals("/dir?a=b&c=d", urlData("020c2f6469723f613d6226633d64010100ff"));
        assertEquals("", urlData("0200"));
        assertEquals("ab", urlData("0201610101090378797a020162"));
        assertEquals("", urlData("02"));
        assertEquals("a", urlData("020161020562"));
        assertThrows(ProtocolException.class, () -> urlData(("02ff" + "61".repeat(255)).repeat(5)));
    }

    @Test
    void shortPacketsAreRefused() {
        for (String request : List.of(
                "0000041727101980000000000a0b0c0d", ANNOUNCE, "1112131415161718000000020a0b0c0d" + INFO_HASH.hex())) {
            byte[] whole = HexFormat.of().parseHex(request);
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
                assertThrows(ProtocolException.class, () -> UdpTrackerCodec.readRequest(part));
            }
        }
        for (String reply : List.of("000000000a0b0c0d1112131415161718", "000000010a0b0c0d000007080000000400000003")) {
            byte[] whole = HexFormat.of().parseHex(reply);
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
                assertThrows(ProtocolException.class, () -> UdpTrackerCodec.readReply(part, false));
            }
        }
    }

    @Test
    void packetsThatMakeNoSenseAreRefused() {
        for (String request : List.of(
                "0000041727101981000000000a0b0c0d",
                "1112131415161718000000040a0b0c0d",
                "1112131415161718000000020a0b0c0d",
                "1112131415161718000000020a0b0c0d" + INFO_HASH.hex() + "00",
                "1112131415161718000000020a0b0c0d" + INFO_HASH.hex().repeat(75))) {
            ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(request));
            assertThrows(ProtocolException.class, () -> UdpTrackerCodec.readRequest(in), request);
        }
        for (String reply : List.of(
                "000000040a0b0c0d",
                "000000010a0b0c0d0000070800000004000000030a0000011a",
                "000000020a0b0c0d0000000100000002")) {
            ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(reply));
            assertThrows(ProtocolException.class, () -> UdpTrackerCodec.readReply(in, false), reply);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> written(new Scrape(1, 2, Collections.nCopies(75, INFO_HASH)), false));
    }

    @Test
    void aReplyBecomesWhatBothKindsOfTrackerAnswer() {
        var reply = new Announced(TRANSACTION, -1, -5, Integer.MIN_VALUE, List.of(V4)).toAnnounceReply();
        assertEquals(Duration.ofSeconds(30), reply.interval());
        assertEquals(-1, reply.seeders());
        assertEquals(-1, reply.leechers());
        assertEquals(List.of(V4), reply.peers());
    }

    @Test
    void oddNumbersInAnAnnounceAreBroughtIntoRange() throws ProtocolException {
        byte[] packet = HexFormat.of().parseHex(ANNOUNCE);
        Arrays.fill(packet, 56, 88, (byte) 0xff); // downloaded, left, uploaded, event, address
        var announce = assertInstanceOf(Announce.class, UdpTrackerCodec.readRequest(ByteBuffer.wrap(packet)));
        assertEquals(Long.MAX_VALUE, announce.request().left());
        assertEquals(0, announce.request().uploaded());
        assertEquals(AnnounceEvent.NONE, announce.request().event());
    }

    @Test
    void mutatedPacketsFailOnlyWithProtocolException() {
        byte[][] packets = {
            written(new Announce(TRANSACTION, CONNECTION, REQUEST, "/dir?a=b"), false),
            written(new Scrape(TRANSACTION, CONNECTION, List.of(INFO_HASH)), false),
            written(new Announced(TRANSACTION, 1, 2, 3, List.of(V4, V4)), false),
            written(new Failed(TRANSACTION, "text"), false)
        };
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = packets[round % packets.length].clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(4);
            }
            ByteBuffer in = ByteBuffer.wrap(mutated, 0, random.nextInt(mutated.length + 1));
            try {
                if (round % 2 == 0) {
                    UdpTrackerCodec.readRequest(in);
                } else {
                    UdpTrackerCodec.readReply(in, round % 4 == 1);
                }
            } catch (ProtocolException expected) {
                // what the formats promise
            }
        }
    }

    private static void assertRequest(String hex, UdpTrackerPacket.Request request) throws ProtocolException {
        assertEquals(hex, HexFormat.of().formatHex(written(request, false)));
        assertEquals(
                request,
                UdpTrackerCodec.readRequest(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
    }

    private static void assertReply(String hex, UdpTrackerPacket.Reply reply, boolean v6) throws ProtocolException {
        assertEquals(hex, HexFormat.of().formatHex(written(reply, v6)));
        assertEquals(
                reply, UdpTrackerCodec.readReply(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), v6));
    }

    private static String urlData(String options) throws ProtocolException {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(ANNOUNCE + options));
        return assertInstanceOf(Announce.class, UdpTrackerCodec.readRequest(in)).urlData();
    }

    private static byte[] written(UdpTrackerPacket packet, boolean v6) {
        ByteBuffer out = ByteBuffer.allocate(UdpTrackerCodec.MAX_DATAGRAM);
        UdpTrackerCodec.write(packet, out, v6);
        return Arrays.copyOf(out.array(), out.position());
    }
}
