package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcDecoder;
import dev.jackdaw.dht.krpc.KrpcEncoder;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Get;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Put;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.dht.krpc.KrpcMessage.SampleInfohashes;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;
import dev.jackdaw.dht.krpc.KrpcMessage.Value;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One node, and a stranger who asks it.
class AnsweringTest {
    private static final PeerAddress STRANGER = new PeerAddress(0, 0x14010101L, false, 7000);
    private static final NodeId STRANGERS_ID = NodeId.random(new SplittableRandom(77));
    private static final NodeId TARGET = NodeId.random(new SplittableRandom(78));
    private static final byte[] NONE = {};

    private record Sent(KrpcMessage message, PeerAddress to) {}

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Sent> sent = new ArrayList<>();
    private DhtEngine engine = engine(EngineConfig.ordinary());
    private long asked;
    private long nowNanos = 1;

    private DhtEngine engine(EngineConfig config) {
        return new DhtEngine(config, new SplittableRandom(6), (message, to) -> sent.add(new Sent(message, to)));
    }

    /// Knows a hundred nodes.
    private void populate() {
        for (int i = 0; i < 100; i++) {
            engine.addVerified(
                    new NodeContact(NodeId.random(random), new PeerAddress(0, 0x15000001L + (i << 16), false, 6881)),
                    nowNanos);
        }
    }

    private KrpcMessage ask(KrpcRequest request) {
        return ask(request, STRANGER);
    }

    /// The answer, as it is read by who gets it.
    private KrpcMessage ask(KrpcRequest request, PeerAddress from) {
        sent.clear();
        Query query = new Query(new byte[] {'x', 'y'}, STRANGERS_ID, false, request);
        int bytes = new KrpcEncoder().encode(query);
        asked += bytes;
        engine.received(query, bytes, from, nowNanos);
        return sent.stream()
                .filter(each -> each.to().equals(from) && !(each.message() instanceof Query))
                .map(each -> reread(each.message()))
                .findFirst()
                .orElseThrow();
    }

    private static KrpcMessage reread(KrpcMessage message) {
        KrpcEncoder encoder = new KrpcEncoder();
        int length = encoder.encode(message);
        return new KrpcDecoder().decode(encoder.bytes(), length);
    }

    private Response good(KrpcRequest request) {
        return assertInstanceOf(Response.class, ask(request));
    }

    private int refused(KrpcRequest request) {
        return assertInstanceOf(Failure.class, ask(request)).code();
    }

    private byte[] token() {
        return good(new GetPeers(TARGET, 0, false, false)).token();
    }

    private static Get get(NodeId target) {
        return new Get(target, 0, OptionalLong.empty());
    }

    @Test
    void aPingIsAnsweredWithIdAndTheAskersAddress() {
        Response response = good(new Ping());

        assertEquals(engine.id(false).orElseThrow(), response.id());
        assertEquals(STRANGER, response.recipient());
    }

    @Test
    void eightNodesAreNamed() {
        populate();

        byte[] nodes = good(new FindNode(TARGET, 0)).nodes();

        assertNotNull(nodes);
        assertEquals(8 * 26, nodes.length);
    }

    @Test
    void whoAsksForTheOtherFamilyOnlyGetsNothingWhereThereIsNone() {
        populate();

        Response response = good(new FindNode(TARGET, KrpcRequest.WANT_V6));

        assertEquals(null, response.nodes());
        assertEquals(null, response.nodes6());
    }

    @Test
    void anAnnouncedPeerIsNamedAndCounted() {
        byte[] token = token();

        good(new AnnouncePeer(TARGET, 8000, false, true, token));
        good(new AnnouncePeer(TARGET, 0, true, true, token));
        good(new AnnouncePeer(TARGET, 8001, false, true, token));
        good(new AnnouncePeer(TARGET, 8001, false, true, token));

        Response response = good(new GetPeers(TARGET, 0, false, true));
        Peers peers = assertInstanceOf(Peers.class, response.payload());
        assertEquals(3 * 6, peers.v4().length, "one for each port");
        assertEquals(8001, (peers.v4()[16] & 0xff) << 8 | peers.v4()[17] & 0xff);
        assertEquals(256, peers.seedFilter().length);
        assertEquals(2, bits(peers.seedFilter()));
        assertEquals(0, bits(peers.peerFilter()));
        assertEquals(
                0,
                assertInstanceOf(
                                Peers.class,
                                good(new GetPeers(TARGET, 0, true, true)).payload())
                        .v4()
                        .length,
                "no seeds wanted");
    }

    private static int bits(byte[] filter) {
        int bits = 0;
        for (byte octet : filter) {
            bits += Integer.bitCount(octet & 0xff);
        }
        return bits;
    }

    @Test
    void withoutAGoodTokenNothingIsStored() {
        assertEquals(203, refused(new AnnouncePeer(TARGET, 8000, false, false, new byte[8])));
        assertEquals(203, refused(new AnnouncePeer(TARGET, 8000, false, false, NONE)));
        assertEquals(203, refused(new Put(new byte[8], new DhtItem.Immutable(ascii("1:a")), OptionalLong.empty())));
        byte[] token = token();
        assertInstanceOf(
                Failure.class,
                ask(new AnnouncePeer(TARGET, 8000, false, false, token), new PeerAddress(0, 0x14010102L, false, 7000)));

        assertEquals(0, engine.snapshot().v4().orElseThrow().peers());
        assertEquals(0, engine.snapshot().items());
    }

    @Test
    void localPeersAreNotStored() {
        PeerAddress local = new PeerAddress(0, 0x7f000001L, false, 7000);
        byte[] token = assertInstanceOf(Response.class, ask(new GetPeers(TARGET, 0, false, false), local))
                .token();

        KrpcMessage answer = ask(new AnnouncePeer(TARGET, 8000, false, false, token), local);

        assertEquals(203, assertInstanceOf(Failure.class, answer).code());
    }

    @Test
    void anImmutableItemIsKept() {
        DhtItem item = new DhtItem.Immutable(ascii("5:hello"));
        byte[] token = good(get(item.target())).token();

        good(new Put(token, item, OptionalLong.empty()));

        assertEquals(new Value(item), good(get(item.target())).payload());
    }

    @Test
    void anItemOfAnotherTokenOrSignatureIsRefused() {
        var item = new DhtItem.Mutable(new byte[32], NONE, 1, new byte[64], ascii("1:a"));
        byte[] token = good(get(item.target())).token();

        assertEquals(206, refused(new Put(token, item, OptionalLong.empty())));
        assertEquals(203, refused(new Put(token, new DhtItem.Immutable(ascii("1:b")), OptionalLong.empty())));
    }

    @Test
    void samplesAreAnsweredEvenWhenThereAreNone() {
        Samples none = assertInstanceOf(
                Samples.class, good(new SampleInfohashes(TARGET, 0)).payload());
        assertEquals(0, none.infoHashes().length);

        good(new AnnouncePeer(TARGET, 8000, false, false, token()));

        Samples one = assertInstanceOf(
                Samples.class, good(new SampleInfohashes(TARGET, 0)).payload());
        assertEquals(1, one.count());
        assertEquals(TARGET, NodeId.of(one.infoHashes()));
    }

    @Test
    void aSourceWithoutProofIsSentAtMostFourTimesItsBytes() {
        populate();
        good(new AnnouncePeer(TARGET, 8000, false, false, token()));
        long bytes = 0;
        asked = 0;
        PeerAddress spoofed = new PeerAddress(0, 0x16010101L, false, 7000);
        KrpcRequest[] requests = {
            new Ping(),
            new FindNode(TARGET, 3),
            new GetPeers(TARGET, 3, false, true),
            new GetPeers(TARGET, 0, false, false),
            get(TARGET),
            new SampleInfohashes(TARGET, 3)
        };
        for (KrpcRequest request : requests) {
            sent.clear();
            Query query = new Query(new byte[] {'x'}, STRANGERS_ID, true, request);
            int length = new KrpcEncoder().encode(query);
            engine.received(query, length, spoofed, nowNanos);
            int answered = sent.stream()
                    .filter(each -> each.to().equals(spoofed))
                    .mapToInt(each -> new KrpcEncoder().encode(each.message()))
                    .sum();
            assertTrue(answered > 0 && answered <= 4 * length, answered + " bytes for " + length + " of " + request);
            bytes += answered;
        }
        assertTrue(bytes > 0);
    }

    @Test
    void noQueryMakesAMember() {
        for (int i = 0; i < 1000; i++) {
            NodeId id = NodeId.random(random);
            Query query = new Query(new byte[] {'x'}, id, false, new Ping());
            engine.received(query, 60, new PeerAddress(0, 0x17000001L + (i << 8), false, 6881), nowNanos);
        }

        assertEquals(0, engine.snapshot().v4().orElseThrow().nodes());
    }

    @Test
    void anAnswerThatWasNotAskedForChangesNothing() {
        engine.start(nowNanos);
        engine.addNode(STRANGER, nowNanos);
        Query query = (Query) sent.getLast().message();
        Response answer = Response.bare(query.transaction(), STRANGERS_ID, null);

        engine.received(answer, 60, STRANGER.withPort(7001), nowNanos);
        engine.received(Response.bare(new byte[4], STRANGERS_ID, null), 60, STRANGER, nowNanos);
        assertEquals(0, engine.snapshot().v4().orElseThrow().nodes());

        engine.received(answer, 60, STRANGER, nowNanos);
        assertEquals(1, engine.snapshot().v4().orElseThrow().nodes());
    }

    /// Asks as many addresses as there are, of which each says that we are at another one.
    private void beToldOf(PeerAddress external, int voters) {
        for (int i = 0; i < voters; i++) {
            PeerAddress voter = new PeerAddress(0, 0x19000001L + (i << 8), false, 6881);
            engine.ping(voter, new SearchListener() {}, nowNanos);
            Query query = (Query) sent.getLast().message();
            engine.received(Response.bare(query.transaction(), NodeId.random(random), external), 60, voter, nowNanos);
        }
    }

    @Test
    void noMajorityMakesANodeBelieveThatItIsAtAnAddressWhereNobodyCouldReachIt() {
        beToldOf(new PeerAddress(0, 0x7f000001L, false, 6881), 8);
        assertEquals(Optional.empty(), engine.snapshot().v4().orElseThrow().external());

        PeerAddress possible = new PeerAddress(0, 0x1a010101L, false, 0);
        beToldOf(possible, 8);
        assertEquals(Optional.of(possible), engine.snapshot().v4().orElseThrow().external());
    }

    @Test
    void aNodeThatHasTooMuchToAskAnswersAtOnceWithATokenThatIsGood() {
        engine = engine(new EngineConfig(true, false, false, false, false, 4));
        populate();
        nowNanos = 3_600_000_000_000L;
        good(new AnnouncePeer(TARGET, 8000, false, false, token()));
        for (int i = 0; i < 1_000; i++) {
            engine.ping(new PeerAddress(0, 0x19000001L + (i << 8), false, 6881), new SearchListener() {}, nowNanos);
        }
        PeerAddress unproven = new PeerAddress(0, 0x16010101L, false, 7000);

        Response answer = assertInstanceOf(Response.class, ask(new GetPeers(TARGET, 0, false, true), unproven));

        good(new AnnouncePeer(TARGET, 8001, false, false, answer.token()), unproven);
    }

    @Test
    void readOnlyNodesDoNotAnswerAndAreNotAsked() {
        Query query = new Query(new byte[] {'x'}, STRANGERS_ID, true, new Ping());
        engine.received(query, 60, STRANGER, nowNanos);
        assertEquals(1, sent.size(), "answered, not asked");

        sent.clear();
        engine = engine(new EngineConfig(true, false, false, true, true, 4));
        engine.received(query, 60, STRANGER, nowNanos);
        assertEquals(List.of(), sent);
    }

    @Test
    void oneSourceIsLimitedAndOthersAreNot() {
        for (int i = 0; i < 1000; i++) {
            engine.received(new Query(new byte[] {'x'}, STRANGERS_ID, true, new Ping()), 60, STRANGER, nowNanos);
        }
        assertTrue(sent.size() < 250, sent.size() + " answers at once");

        good(get(TARGET), new PeerAddress(0, 0x18010101L, false, 7000));
        nowNanos += 10_000_000_000L;
        good(new Ping());
    }

    private void good(KrpcRequest request, PeerAddress from) {
        assertInstanceOf(Response.class, ask(request, from));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
