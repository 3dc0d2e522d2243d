package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LookupTest {
    private static final NodeId TARGET = new NodeId(0, 0, 0);
    private static final NodeId OWN = new NodeId(-1, -1, -1);
    private static final byte[] TOKEN = {1};
    private static final int ALPHA = 3;

    private final SplittableRandom random = new SplittableRandom(6);
    private final Lookup lookup = new Lookup(TARGET, OWN, false, new AddressRules(true), ALPHA);

    /// Local addresses, to which every id belongs (BEP 42); the lower the number, the closer to the target.
    private static NodeContact local(int number) {
        return new NodeContact(new NodeId(number + 1L, 0, 0), new PeerAddress(0, (10L << 24) + number, false, 6881));
    }

    /// Of the Internet, with an id that is not its address's.
    private static NodeContact free(int number) {
        return new NodeContact(
                new NodeId(number + 1L, 0, 0), new PeerAddress(0, (20L << 24) + (number << 8), false, 6881));
    }

    /// Of the Internet, with an id that is.
    private NodeContact secure(int number) {
        PeerAddress address = new PeerAddress(0, (30L << 24) + (number << 12), false, 6881);
        return new NodeContact(AddressRules.secureId(address, random), address);
    }

    private void offer(NodeContact... contacts) {
        for (NodeContact contact : contacts) {
            lookup.offer(contact, 0);
        }
    }

    /// Asks as many as may be asked now.
    private List<NodeId> ask() {
        List<NodeId> asked = new ArrayList<>();
        for (int row = lookup.next(); row >= 0; row = lookup.next()) {
            asked.add(lookup.contact(row).id());
            lookup.asked(row);
        }
        return asked;
    }

    private static List<NodeId> ids(NodeContact... contacts) {
        return List.of(contacts).stream().map(NodeContact::id).toList();
    }

    @Test
    void ofAnAnswerThatNamesAHundredNodesSixteenAreBelieved() {
        byte[] compact = new byte[100 * KrpcMessage.Response.NODE_LENGTH];
        for (int i = 0; i < 100; i++) {
            local(200 - i).id().put(compact, i * KrpcMessage.Response.NODE_LENGTH);
            byte[] address = local(200 - i).address().toCompact();
            System.arraycopy(address, 0, compact, i * KrpcMessage.Response.NODE_LENGTH + NodeId.LENGTH, address.length);
        }

        lookup.offer(compact, 1);

        assertEquals(ids(local(185), local(186), local(187)), ask(), "the sixteenth is the closest of those");
    }

    @Test
    void theClosestAreAskedFirstAndNoMoreThanAlphaAtATime() {
        offer(local(5), local(1), local(9), local(3), local(7));

        assertEquals(ids(local(1), local(3), local(5)), ask());
        assertEquals(Lookup.WAIT, lookup.next());

        lookup.answered(local(3).id(), false, TOKEN);
        assertEquals(ids(local(7)), ask());
    }

    @Test
    void itIsOverWhenTheEightClosestHaveAnswered() {
        for (int i = 0; i < 20; i++) {
            offer(local(i));
        }
        for (int i = 0; i < 8; i++) {
            ask();
            lookup.answered(local(i).id(), false, TOKEN);
        }

        // two that were asked beyond the eight are not waited for
        assertEquals(Lookup.DONE, lookup.next());
        assertEquals(8, lookup.closest().size());
        assertEquals(local(0), lookup.closest().getFirst().contact());
    }

    @Test
    void whoHasFailedIsReplacedByTheNext() {
        for (int i = 0; i < 9; i++) {
            offer(local(i));
        }
        ask();
        lookup.failed(local(0).id(), false);
        for (int i = 1; i < 9; i++) {
            ask();
            lookup.answered(local(i).id(), false, TOKEN);
        }

        assertEquals(Lookup.DONE, lookup.next());
        assertEquals(local(1), lookup.closest().getFirst().contact());
    }

    @Test
    void aStalledOneGivesUpItsPlaceAndIsAskedOnceMoreAtTheEnd() {
        offer(local(0), local(1), local(2), local(3));
        assertEquals(ids(local(0), local(1), local(2)), ask());

        lookup.stalled(local(0).id());
        assertEquals(
                ids(local(3), local(0)), ask(), "its place is the next one's; and a stalled one may be asked again");
        lookup.stalled(local(0).id());
        assertEquals(List.of(), ask(), "but not a third time");

        lookup.answered(local(0).id(), true, TOKEN);
        assertEquals(local(0), lookup.closest().getFirst().contact(), "a late answer counts");
    }

    @Test
    void twiceAsManyMayBeAskedAgainAtATime() {
        for (int i = 0; i < 2 * ALPHA + 1; i++) {
            offer(local(i));
        }
        for (int round = 0; round < 2; round++) {
            List<NodeId> asked = ask();
            assertEquals(ALPHA, asked.size());
            asked.forEach(lookup::stalled);
        }

        assertEquals(2 * ALPHA, ask().size(), "the last one, and five again");
    }

    @Test
    void anAnswerBringsCloserOnesAndCountsTheHops() {
        offer(local(50));
        ask();
        int hops = lookup.answered(local(50).id(), false, TOKEN);
        assertEquals(1, hops);

        lookup.offer(local(10), hops);
        assertEquals(ids(local(10)), ask());
        assertEquals(2, lookup.answered(local(10).id(), false, TOKEN));
        assertEquals(2, lookup.closest().getFirst().hops());
    }

    @Test
    void ourselvesTheKnownAndBadAddressesAreNoCandidates() {
        offer(new NodeContact(OWN, local(0).address()));
        offer(new NodeContact(local(1).id(), new PeerAddress(0, 10L << 24, false, 0)));
        offer(new NodeContact(local(2).id(), new PeerAddress(0, 224L << 24, false, 6881)));
        assertTrue(lookup.isEmpty());

        offer(local(3), new NodeContact(local(3).id(), local(4).address()));
        assertEquals(ids(local(3)), ask());
        assertEquals(local(3).address(), lookup.contact(0).address(), "the first address stays");
    }

    @Test
    void theFarthestAreForgottenWhenThereAreTooMany() {
        for (int i = 199; i >= 0; i--) {
            offer(local(i));
        }
        int answered = 0;
        for (List<NodeId> asked = ask(); !asked.isEmpty(); asked = ask()) {
            for (NodeId id : asked) {
                lookup.failed(id, false);
                answered++;
            }
        }

        assertEquals(48, answered);
        assertEquals(Lookup.DONE, lookup.next());
    }

    @Test
    void whoChoosesItsIdIsAskedButDoesNotEndTheWalkNorCrowdOutTheOthers() {
        List<NodeContact> honest = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            honest.add(secure(i + 1));
            offer(honest.getLast());
        }
        for (int i = 0; i < 100; i++) {
            offer(free(i)); // all of them closer than any honest one
        }

        int liars = 0;
        for (List<NodeId> asked = ask(); !asked.isEmpty(); asked = ask()) {
            for (NodeId id : asked) {
                liars += honest.stream().anyMatch(node -> node.id().equals(id)) ? 0 : 1;
                lookup.answered(id, false, TOKEN);
            }
        }

        assertEquals(Lookup.DONE, lookup.next());
        assertTrue(liars <= 24, liars + " liars asked");
        assertEquals(
                honest.stream()
                        .map(NodeContact::id)
                        .sorted(TARGET::compareDistance)
                        .toList(),
                lookup.trusted().stream().map(found -> found.contact().id()).toList());
    }
}
