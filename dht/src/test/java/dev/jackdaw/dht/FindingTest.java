package dev.jackdaw.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jackdaw.dht.engine.SearchReport;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;
import dev.jackdaw.protocol.PeerAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FindingTest {
    private static final byte[] NONE = {};
    private static final PeerAddress HOST = new PeerAddress(0, 0x14010101L, false, 7000);
    private static final PeerAddress OTHER = new PeerAddress(0, 0x14010102L, false, 7000);
    private static final PeerAddress LOCAL = new PeerAddress(0, 0x7f000001L, false, 7000);
    private static final NodeContact NODE = new NodeContact(new NodeId(1, 2, 3), HOST);
    private static final SearchReport REPORT = new SearchReport(List.of(), 0, 3, 2, 0, 0, 0, 0);

    private final List<PeerAddress> told = new ArrayList<>();

    private static Peers peers(PeerAddress... addresses) {
        ByteArrayOutputStream compact = new ByteArrayOutputStream();
        for (PeerAddress address : addresses) {
            compact.writeBytes(address.toCompact());
        }
        return new Peers(compact.toByteArray(), NONE, NONE, NONE);
    }

    private static Finding.PeersOf<Integer> peersOf(boolean allowLocal, Consumer<List<PeerAddress>> consumer) {
        return new Finding.PeersOf<>(allowLocal, consumer, (count, report) -> count);
    }

    @Test
    void aPeerIsToldOfOnceHoweverManyNodesNameIt() {
        Finding.PeersOf<Integer> finding = peersOf(false, told::addAll);

        finding.peersFound(NODE, peers(HOST, OTHER));
        finding.peersFound(NODE, peers(OTHER, HOST));
        assertFalse(finding.answer.isDone());
        finding.finished(REPORT);

        assertEquals(List.of(HOST, OTHER), told);
        assertEquals(2, finding.answer.join());
    }

    @Test
    void addressesAtWhichNobodyCanBeAreNoPeers() {
        Finding.PeersOf<Integer> ofTheInternet = peersOf(false, told::addAll);
        ofTheInternet.peersFound(NODE, peers(LOCAL, HOST.withPort(0)));
        assertEquals(List.of(), told);

        Finding.PeersOf<Integer> ofThisMachine = peersOf(true, told::addAll);
        ofThisMachine.peersFound(NODE, peers(LOCAL, HOST.withPort(0)));
        assertEquals(List.of(LOCAL), told);
    }

    @Test
    void aCallerThatFailsOnWhatItIsToldGetsItsFailureAndTheNodeGoesOn() {
        Finding.PeersOf<Integer> finding = peersOf(false, peers -> {
            throw new IllegalStateException("mine");
        });

        finding.peersFound(NODE, peers(HOST));
        finding.peersFound(NODE, peers(OTHER));
        finding.finished(REPORT);

        assertEquals(
                "mine",
                assertThrows(CompletionException.class, finding.answer::join)
                        .getCause()
                        .getMessage());
    }

    @Test
    void whatCannotBeReadFromTheReportFailsTheAnswer() {
        Finding.Outcome<String> finding = new Finding.Outcome<>(report -> {
            throw new IllegalArgumentException("no " + report.queries());
        });

        finding.finished(REPORT);

        assertThrows(CompletionException.class, finding.answer::join);
    }

    @Test
    void samplesOfManyNodesAreOneSet() {
        Finding.InfoHashes finding = new Finding.InfoHashes();
        NodeId hash = new NodeId(5, 6, 7);

        finding.samplesFound(NODE, new Samples(0, 1, hash.toBytes()));
        finding.samplesFound(NODE, new Samples(0, 1, hash.toBytes()));
        finding.finished(REPORT);

        assertEquals(Set.of(hash.toInfoHash()), finding.answer.join());
    }
}
