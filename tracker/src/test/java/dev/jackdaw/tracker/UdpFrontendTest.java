package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerLayout;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announce;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announced;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connect;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connected;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Failed;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scrape;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scraped;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The frontend without a socket: datagrams in, datagrams out.
class UdpFrontendTest {
    private static final InfoHash HASH = new InfoHash(1, -2, 3);
    private static final String CLIENT = "192.0.2.7";

    private final Counters counters = new Counters();
    private final SwarmStore store = new MemorySwarmStore(100_000, 1000, Duration.ofHours(1), 5);
    private final ConnectionIds connectionIds = new ConnectionIds(5, 6);
    private final RecordingPolicy policy = new RecordingPolicy();
    private final UdpFrontend frontend = frontend(policy);
    private long nowNanos = 1_000_000_000_000L;

    /// Refuses what it is told to, and remembers the last announce's passkey.
    private static final class RecordingPolicy implements AnnouncePolicy {
        Optional<String> refusal = Optional.empty();
        String passkey = "none asked";

        @Override
        public Verdict announce(Announcement announcement) {
            passkey = announcement.passkey;
            return refusal.<Verdict>map(Refused::new).orElse(Allowed.ALLOWED);
        }

        @Override
        public Verdict scrape(Announcement query) {
            return refusal.<Verdict>map(Refused::new).orElse(Allowed.ALLOWED);
        }

        @Override
        public boolean readsPasskey() {
            return true;
        }
    }

    private UdpFrontend frontend(AnnouncePolicy judge) {
        var config = TrackerConfig.builder().interval(Duration.ofMinutes(10)).build();
        return new UdpFrontend(new AnnounceService(store, judge, config), connectionIds, counters);
    }

    private static AnnounceRequest request(int port, long left, AnnounceEvent event, int numWant) {
        var peerId = PeerId.random("-XX0001-", new SplittableRandom(port));
        return new AnnounceRequest(HASH, peerId, port, 1, 1, left, event, 7, numWant, Optional.empty());
    }

    private byte[] bytes(UdpTrackerPacket.Request request) {
        ByteBuffer packet = ByteBuffer.allocate(UdpTrackerCodec.MAX_DATAGRAM);
        UdpTrackerCodec.write(request, packet, false);
        return Arrays.copyOf(packet.array(), packet.position());
    }

    /// What comes back, not read; empty if nothing does.
    private byte[] exchange(String from, byte[] datagram) {
        // neither begins at 0, as in a batch
        ByteBuffer in = ByteBuffer.allocate(100 + DatagramBatch.MAX_REQUEST);
        in.put(100, datagram);
        ByteBuffer out = ByteBuffer.allocate(8 + DatagramBatch.MAX_REPLY);
        frontend.announcement.source(InetAddress.ofLiteral(from));
        int length = frontend.answer(in, 100, datagram.length, out, 8, nowNanos);
        return Arrays.copyOfRange(out.array(), 8, 8 + length);
    }

    private UdpTrackerPacket.Reply ask(String from, UdpTrackerPacket.Request request) throws ProtocolException {
        return UdpTrackerCodec.readReply(ByteBuffer.wrap(exchange(from, bytes(request))), from.contains(":"));
    }

    private long connect(String from) throws ProtocolException {
        var connected = assertInstanceOf(Connected.class, ask(from, new Connect(-7)));
        assertEquals(-7, connected.transactionId());
        return connected.connectionId();
    }

    private Announced announce(String from, AnnounceRequest request) throws ProtocolException {
        return assertInstanceOf(Announced.class, ask(from, new Announce(0x1234_5678, connect(from), request, "")));
    }

    private static List<PeerAddress> addresses(Announced reply) {
        return reply.peers().stream()
                .sorted((a, b) -> Integer.compare(a.port(), b.port()))
                .toList();
    }

    private static PeerAddress address(String host, int port) {
        return PeerAddress.of(InetAddress.ofLiteral(host).getAddress(), port);
    }

    @Test
    void introducesPeersAndTellsTheCounts() throws ProtocolException {
        announce("192.0.2.1", request(1001, 0, AnnounceEvent.STARTED, -1));
        announce("192.0.2.2", request(1002, 5, AnnounceEvent.STARTED, -1));

        var reply = announce("192.0.2.3", request(1003, -1, AnnounceEvent.STARTED, -1));

        assertEquals(0x1234_5678, reply.transactionId());
        assertEquals(600, reply.intervalSeconds());
        assertEquals(1, reply.seeders());
        assertEquals(2, reply.leechers(), "who does not know what is left is a leecher");
        assertEquals(List.of(address("192.0.2.1", 1001), address("192.0.2.2", 1002)), addresses(reply));
    }

    @Test
    void anAskerOverIpv6GetsEighteenBytesAPeer() throws ProtocolException {
        announce("192.0.2.1", request(1000, 5, AnnounceEvent.STARTED, -1));
        announce("2001:db8::1", request(1001, 5, AnnounceEvent.STARTED, -1));
        long id = connect("2001:db8::2");

        byte[] reply =
                exchange("2001:db8::2", bytes(new Announce(1, id, request(1002, 5, AnnounceEvent.STARTED, -1), "")));

        assertEquals(20 + 18, reply.length);
        assertEquals(
                List.of(address("2001:db8::1", 1001)),
                ((Announced) UdpTrackerCodec.readReply(ByteBuffer.wrap(reply), true)).peers());
    }

    @Test
    void ipv4MappedIntoIpv6IsIpv4() throws ProtocolException {
        announce("192.0.2.1", request(1001, 5, AnnounceEvent.STARTED, -1));
        byte[] mapped = new byte[Linux.SOCKADDR_LENGTH];
        mapped[0] = Linux.AF_INET6;
        mapped[Linux.SOCKADDR_V6_HOST + 10] = -1;
        mapped[Linux.SOCKADDR_V6_HOST + 11] = -1;
        System.arraycopy(InetAddress.ofLiteral("192.0.2.1").getAddress(), 0, mapped, Linux.SOCKADDR_V6_HOST + 12, 4);
        var source = new Announcement();
        source.source(ByteBuffer.wrap(mapped), 0);
        source.port = 1001;

        assertEquals(address("192.0.2.1", 1001), source.source());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "-1, 50", "-2147483648, 50", "200, 200", "201, 200", "2147483647, 200"})
    void givesAsManyPeersAsWantedWithinItsLimits(int wanted, int expected) throws ProtocolException {
        for (int port = 1; port <= 300; port++) {
            announce("192.0.2.1", request(port, 5, AnnounceEvent.NONE, 0));
        }
        assertEquals(
                expected,
                announce(CLIENT, request(9, 5, AnnounceEvent.NONE, wanted))
                        .peers()
                        .size());
    }

    @Test
    void whoStopsIsToldNoPeersAndForgotten() throws ProtocolException {
        announce("192.0.2.1", request(1, 5, AnnounceEvent.STARTED, -1));
        announce(CLIENT, request(2, 5, AnnounceEvent.STARTED, -1));

        var stopped = announce(CLIENT, request(2, 5, AnnounceEvent.STOPPED, -1));

        assertEquals(List.of(), stopped.peers());
        assertEquals(1, stopped.leechers());
    }

    @Test
    void anUnknownEventIsARegularAnnounce() throws ProtocolException {
        byte[] announce = bytes(new Announce(1, connect(CLIENT), request(1, 5, AnnounceEvent.NONE, 5), ""));
        for (int event : new int[] {4, -1, Integer.MAX_VALUE}) {
            ByteBuffer.wrap(announce).putInt(UdpTrackerLayout.EVENT, event);
            assertEquals(20, exchange(CLIENT, announce).length);
        }
        assertEquals(1, store.peers());
    }

    @Test
    void theAddressThatAClientClaimsDoesNotMatter() throws ProtocolException {
        byte[] announce = bytes(new Announce(1, connect(CLIENT), request(1, 5, AnnounceEvent.NONE, 5), ""));
        ByteBuffer.wrap(announce).putInt(UdpTrackerLayout.CLAIMED_ADDRESS, 0x01020304);
        exchange(CLIENT, announce);

        assertEquals(
                List.of(address(CLIENT, 1)),
                announce("192.0.2.1", request(2, 5, AnnounceEvent.NONE, 5)).peers());
    }

    @Test
    void scrapesInTheOrderOfTheRequest() throws ProtocolException {
        announce("192.0.2.1", request(1, 5, AnnounceEvent.STARTED, -1));
        announce("192.0.2.1", request(1, 0, AnnounceEvent.COMPLETED, -1));
        announce("192.0.2.2", request(1, 5, AnnounceEvent.STARTED, -1));

        assertEquals(
                new Scraped(9, List.of(new ScrapeReply.Counts(0, 0, 0), new ScrapeReply.Counts(1, 1, 1))),
                ask(CLIENT, new Scrape(9, connect(CLIENT), List.of(new InfoHash(9, 9, 9), HASH))));
    }

    @ParameterizedTest
    @CsvSource({"74, 74", "75, 74", "100, 74"})
    void scrapesSeventyFourTorrentsAtMost(int asked, int answered) throws ProtocolException {
        ByteBuffer scrape = ByteBuffer.allocate(16 + 20 * asked)
                .putLong(connect(CLIENT))
                .putInt(UdpTrackerLayout.SCRAPE)
                .putInt(5);
        assertEquals(8 + 12 * answered, exchange(CLIENT, scrape.array()).length);
    }

    @Test
    void refusesInWordsWhatAProvenClientGetsWrong() throws ProtocolException {
        long id = connect(CLIENT);
        byte[] whole = bytes(new Announce(77, id, request(1, 5, AnnounceEvent.NONE, 5), ""));
        byte[] unknownAction = whole.clone();
        unknownAction[11] = 9;
        byte[] noPort = whole.clone();
        noPort[96] = 0;
        noPort[97] = 0;
        byte[] emptyScrape =
                ByteBuffer.allocate(16).putLong(id).putInt(2).putInt(77).array();

        for (byte[] bad : List.of(Arrays.copyOf(whole, 97), unknownAction, noPort, emptyScrape)) {
            var reply = UdpTrackerCodec.readReply(ByteBuffer.wrap(exchange(CLIENT, bad)), false);
            assertEquals(77, assertInstanceOf(Failed.class, reply).transactionId());
        }
        assertEquals(4, counters.refused(Protocol.UDP, Refusal.MALFORMED).sum());
        assertEquals(0, store.peers());
    }

    @Test
    void nobodyGetsMoreBytesThanTheySentBeforeTheyHaveAnIdOfTheirOwn() {
        var random = new SplittableRandom(3);
        for (int length = 0; length < 300; length++) {
            for (int action = 0; action < 6; action++) {
                byte[] datagram = new byte[length];
                random.nextBytes(datagram);
                if (length >= UdpTrackerLayout.REQUEST_HEAD) {
                    ByteBuffer.wrap(datagram)
                            .putLong(0, action == 0 ? UdpTrackerLayout.PROTOCOL_ID : random.nextLong())
                            .putInt(UdpTrackerLayout.REQUEST_ACTION, action);
                }
                assertTrue(exchange(CLIENT, datagram).length <= length);
            }
        }
        assertEquals(0, store.peers());
    }

    @Test
    void noneOfAMillionForgedIdsIsAccepted() throws ProtocolException {
        var random = new SplittableRandom(1);
        byte[] announce = bytes(new Announce(1, 0, request(1, 5, AnnounceEvent.NONE, 5), ""));
        ByteBuffer in = ByteBuffer.wrap(announce);
        ByteBuffer out = ByteBuffer.allocate(DatagramBatch.MAX_REPLY);
        long good = connect(CLIENT);
        frontend.announcement.source(InetAddress.ofLiteral(CLIENT));
        for (int i = 0; i < 1_000_000; i++) {
            // half of them near a good one
            long forged = i % 2 == 0 ? random.nextLong() : good ^ 1L << random.nextInt(64);
            in.putLong(0, forged);
            assertTrue(frontend.answer(in, 0, announce.length, out, 0, nowNanos) < announce.length);
        }
        assertEquals(
                1_000_000, counters.refused(Protocol.UDP, Refusal.CONNECTION_ID).sum());
        assertEquals(0, store.peers());
    }

    @Test
    void anIdIsNotGoodForAnotherAddressNorForEver() throws ProtocolException {
        long id = connect(CLIENT);
        var announce = new Announce(1, id, request(1, 5, AnnounceEvent.NONE, 5), "");
        assertInstanceOf(Announced.class, ask(CLIENT, announce));
        assertInstanceOf(Announced.class, ask(CLIENT, announce), "for a minute it is, as often as one likes");

        assertInstanceOf(Failed.class, ask("192.0.2.8", announce));
        nowNanos += Duration.ofSeconds(150).toNanos();
        assertInstanceOf(Failed.class, ask(CLIENT, announce));
    }

    @Test
    void whatIsNoRequestIsNotAnswered() {
        byte[] connect = bytes(new Connect(1));
        for (int length = 0; length < 16; length++) {
            assertEquals(0, exchange(CLIENT, Arrays.copyOf(connect, length)).length);
        }
        connect[0] = 1;
        assertEquals(0, exchange(CLIENT, connect).length, "another protocol id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/secret/announce", "/announce/secret", "/announce?passkey=secret", "/secret"})
    void readsThePasskeyFromTheOptions(String url) throws ProtocolException {
        ask(CLIENT, new Announce(1, connect(CLIENT), request(1, 5, AnnounceEvent.NONE, 5), url));
        assertEquals("secret", policy.passkey);
    }

    @Test
    void readsAPasskeyThatIsSplitOverOptions() throws ProtocolException {
        byte[] announce = bytes(new Announce(1, connect(CLIENT), request(1, 5, AnnounceEvent.NONE, 5), ""));
        byte[] options = {2, 4, '/', 's', 'e', 'c', 1, 1, 2, 2, 'r', 'e', 9, 1, 'x', 2, 1, 't', 0, 2, 1, 'z'};
        byte[] both = Arrays.copyOf(announce, announce.length + options.length);
        System.arraycopy(options, 0, both, announce.length, options.length);

        exchange(CLIENT, both);

        assertEquals("secret", policy.passkey);
    }

    @Test
    void tellsWhyThePolicySaysNo() throws ProtocolException {
        policy.refusal = Optional.of("unknown passkey");
        long id = connect(CLIENT);

        assertEquals(
                new Failed(3, "unknown passkey"),
                ask(CLIENT, new Announce(3, id, request(1, 5, AnnounceEvent.NONE, 5), "")));
        assertEquals(new Failed(4, "unknown passkey"), ask(CLIENT, new Scrape(4, id, List.of(HASH))));
        assertEquals(2, counters.refused(Protocol.UDP, Refusal.POLICY).sum());
        assertEquals(0, store.peers());
    }

    @Test
    void countsByFamilyAndEvent() throws ProtocolException {
        announce(CLIENT, request(1, 5, AnnounceEvent.STARTED, -1));
        announce("2001:db8::1", request(1, 5, AnnounceEvent.STOPPED, -1));

        assertEquals(
                1,
                counters.announces(Protocol.UDP, Family.V4, AnnounceEvent.STARTED)
                        .sum());
        assertEquals(
                1,
                counters.announces(Protocol.UDP, Family.V6, AnnounceEvent.STOPPED)
                        .sum());
        assertEquals(2, counters.announces(Protocol.UDP));
        assertEquals(1, counters.connects(Family.V6).sum());
    }

    @Test
    void anAnnounceAllocatesNothing() throws ProtocolException {
        UdpFrontend open = frontend(AnnouncePolicy.OPEN);
        List<ByteBuffer> announces = new ArrayList<>();
        for (int peer : IntStream.rangeClosed(1, 200).toArray()) {
            var event = peer % 2 == 0 ? AnnounceEvent.NONE : AnnounceEvent.STARTED;
            announces.add(
                    ByteBuffer.wrap(bytes(new Announce(1, connect(CLIENT), request(peer, peer % 3, event, 50), ""))));
        }
        ByteBuffer out = ByteBuffer.allocate(DatagramBatch.MAX_REPLY);
        open.announcement.source(InetAddress.ofLiteral(CLIENT));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long answered = 0;
        long allocated = Long.MAX_VALUE;
        // the first rounds load classes and compile
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 20_000; i++) {
                ByteBuffer in = announces.get(i % announces.size());
                answered += open.answer(in, 0, in.limit(), out, 0, nowNanos);
            }
            allocated = Math.min(allocated, threads.getThreadAllocatedBytes(thread) - before);
        }

        assertTrue(answered > 100_000 * 300L);
        assertTrue(allocated < 1000, allocated + " bytes for 20,000 announces"); // the measurement itself takes some
    }
}
