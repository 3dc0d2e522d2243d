package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import java.util.ArrayList;
import java.util.List;

/// An iterative walk towards a target (BEP 5; Maymounkov, Mazières 2002): it knows candidates by distance, and
/// says whom to ask next. Facts in, decisions out; it sends nothing.
///
/// A candidate is fresh, asked, stalled, answered or failed. A stalled one gives its place to another, and its
/// answer still counts; if it is among the closest at the end, it is asked once again, since a datagram may have
/// been lost: that may be twice as many at a time, for it only hurries the end. The walk is over when the eight closest
/// that neither failed nor stalled have answered.
///
/// Nodes whose ids do not belong to their addresses (BEP 42) are asked as others are, and do not count among the
/// eight: whoever chooses his ids freely can be closest everywhere. So the walk is over when the eight closest have
/// answered, and the eight closest of those that keep to BEP 42, as far as they are known. The others get at most
/// half of the list of candidates, and at most [#MOST_FREE] answers: they cannot crowd out those that keep to it,
/// and cannot lead the walk on for ever by naming ever closer nodes.
final class Lookup {
    /// What [#next()] says when there is nobody to ask now.
    static final int WAIT = -1;
    /// What [#next()] says at the end.
    static final int DONE = -2;

    /// Candidates known at a time: the farthest is forgotten.
    private static final int MOST_CANDIDATES = 48;

    private static final int NEWCOMER = MOST_CANDIDATES;
    /// Of them those whose ids do not belong to their addresses.
    private static final int MOST_FREE_CANDIDATES = MOST_CANDIDATES / 2;
    /// With that many answers of those, no more of them are asked.
    private static final int MOST_FREE = 3 * RoutingTable.BUCKET_SIZE;

    private static final int K = RoutingTable.BUCKET_SIZE;
    /// Contacts taken of one message, which has eight of them (BEP 5); a liar's might have 150, for addresses that
    /// nobody has, and push out everybody else.
    private static final int MOST_NAMED = 2 * K;

    private static final int STATE = 0x7;
    private static final int FRESH = 0;
    private static final int ASKED = 1;
    private static final int STALLED = 2;
    private static final int ANSWERED = 3;
    private static final int FAILED = 4;
    /// Not a state: the id belongs to the address.
    private static final int SECURE = 0x8;
    /// Not a state either: it has been asked twice.
    private static final int AGAIN = 0x10;

    private static final byte[] NO_TOKEN = {};

    private final NodeId target;
    private final NodeId ownId;
    private final AddressRules rules;
    private final int alpha;
    /// The closest first; the row [#NEWCOMER] is for the one whose place is being looked for.
    private final Contacts candidates;

    private final byte[][] tokens = new byte[MOST_CANDIDATES][];
    private int size;
    private int inFlight;
    private int stalled;
    private int freeAnswers;
    /// Candidates whose ids do not belong to their addresses.
    private int free;

    Lookup(NodeId target, NodeId ownId, boolean v6, AddressRules rules, int alpha) {
        this.target = target;
        this.ownId = ownId;
        this.rules = rules;
        this.alpha = alpha;
        this.candidates = new Contacts(v6, MOST_CANDIDATES + 1);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Takes contacts in as a message has them.
    ///
    /// @param hops how many nodes were asked one after the other to learn of them
    void offer(byte[] compact, int hops) {
        int length = candidates.compactLength();
        int end = Math.min(compact.length, MOST_NAMED * length);
        for (int at = 0; at + length <= end; at += length) {
            candidates.putCompact(NEWCOMER, compact, at, FRESH, hops);
            place();
        }
    }

    void offer(NodeContact contact, int hops) {
        candidates.put(NEWCOMER, contact.id(), contact.address(), FRESH, hops);
        place();
    }

    /// Moves the newcomer to its place, or forgets it.
    private void place() {
        int place = 0;
        int end = size;
        while (place < end) {
            int middle = place + end >>> 1;
            int order = candidates.compareDistance(NEWCOMER, middle, target);
            if (order == 0) {
                return; // known, perhaps at another address: the first one stays
            }
            if (order < 0) {
                end = middle;
            } else {
                place = middle + 1;
            }
        }
        if (place == MOST_CANDIDATES || !isWelcome()) {
            return;
        }
        boolean secure = candidates.isSecure(NEWCOMER);
        int given = rowFor(secure);
        if (place > given) {
            return;
        }
        free -= given < size && !isSecure(given) ? 1 : 0;
        free += secure ? 0 : 1;
        if (place < given) {
            candidates.copy(place, place + 1, given - place);
            System.arraycopy(tokens, place, tokens, place + 1, given - place);
        }
        candidates.copy(NEWCOMER, place, 1);
        candidates.marks(place, secure ? FRESH | SECURE : FRESH);
        tokens[place] = NO_TOKEN;
        size = Math.max(size, given + 1);
    }

    /// The row that is given up for a newcomer: an empty one, or that of the farthest candidate of those of whom
    /// there are too many.
    private int rowFor(boolean secure) {
        if (!secure && free == MOST_FREE_CANDIDATES) {
            int row = size - 1;
            while (isSecure(row)) {
                row--;
            }
            return row;
        }
        return Math.min(size, MOST_CANDIDATES - 1);
    }

    private boolean isSecure(int row) {
        return (candidates.marks(row) & SECURE) != 0;
    }

    private boolean isWelcome() {
        if (!candidates.accepted(NEWCOMER, rules) || candidates.hasId(NEWCOMER, ownId)) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (candidates.sameHost(NEWCOMER, i)
                    && (candidates.marks(i) & STATE) != FAILED
                    && (!rules.allowLocal() || candidates.port(i) == candidates.port(NEWCOMER))) {
                return false;
            }
        }
        return true;
    }

    /// The row of the candidate to ask now, [#WAIT] or [#DONE].
    int next() {
        int live = 0;
        int secure = 0;
        int again = WAIT;
        boolean waiting = false;
        for (int row = 0; row < size && secure < K; row++) {
            boolean counts = isSecure(row) || live < K;
            switch (candidates.marks(row) & STATE) {
                case FRESH -> {
                    if (isSecure(row) || (counts && freeAnswers < MOST_FREE)) {
                        return inFlight < alpha ? row : WAIT;
                    }
                    continue;
                }
                case ASKED -> waiting |= counts;
                case ANSWERED -> {}
                case STALLED -> {
                    boolean isFirst = again == WAIT && (candidates.marks(row) & AGAIN) == 0;
                    again = isFirst && counts ? row : again;
                    continue;
                }
                default -> {
                    continue;
                }
            }
            live++;
            secure += isSecure(row) ? 1 : 0;
        }
        if (again != WAIT) {
            return inFlight < 2 * alpha ? again : WAIT;
        }
        return waiting || (live < K && stalled > 0) ? WAIT : DONE;
    }

    NodeContact contact(int row) {
        return new NodeContact(candidates.id(row), candidates.address(row));
    }

    void asked(int row) {
        if ((candidates.marks(row) & STATE) == STALLED) {
            candidates.marks(row, candidates.marks(row) | AGAIN);
        }
        state(row, ASKED);
        inFlight++;
    }

    void stalled(NodeId id) {
        inFlight--;
        stalled++;
        int row = find(id);
        if (row >= 0 && (candidates.marks(row) & STATE) == ASKED) {
            state(row, STALLED);
        }
    }

    /// @param wasStalled whether it had been stalled before
    void failed(NodeId id, boolean wasStalled) {
        over(wasStalled);
        int row = find(id);
        if (row < 0) {
            return;
        }
        int marks = candidates.marks(row);
        boolean isAskedAgain = wasStalled && (marks & STATE) == ASKED;
        if (!isAskedAgain && (marks & STATE) != ANSWERED) {
            state(row, FAILED);
        }
    }

    /// @param token empty if there was none
    /// @return how many nodes were asked one after the other, this one included
    int answered(NodeId id, boolean wasStalled, byte[] token) {
        over(wasStalled);
        int row = find(id);
        if (row < 0) {
            return 1; // forgotten for closer ones
        }
        state(row, ANSWERED);
        tokens[row] = token;
        freeAnswers += isSecure(row) ? 0 : 1;
        return candidates.stamp(row) + 1;
    }

    private void over(boolean wasStalled) {
        if (wasStalled) {
            stalled--;
        } else {
            inFlight--;
        }
    }

    private void state(int row, int state) {
        candidates.marks(row, candidates.marks(row) & ~STATE | state);
    }

    private int find(NodeId id) {
        for (int row = 0; row < size; row++) {
            if (candidates.hasId(row, id)) {
                return row;
            }
        }
        return -1;
    }

    /// A node that has answered, and the token it gave, empty if it gave none.
    record Answered(NodeContact contact, byte[] token, int hops) {}

    /// The closest that have answered, at most eight.
    List<Answered> closest() {
        return answered(false);
    }

    /// Where to store: the closest whose ids belong to their addresses, if there are eight of them, else the closest
    /// (BEP 42, "Enforcement").
    List<Answered> trusted() {
        List<Answered> secure = answered(true);
        return secure.size() == K ? secure : closest();
    }

    private List<Answered> answered(boolean secureOnly) {
        List<Answered> found = new ArrayList<>(K);
        for (int row = 0; row < size && found.size() < K; row++) {
            int marks = candidates.marks(row);
            if ((marks & STATE) == ANSWERED && (!secureOnly || isSecure(row))) {
                found.add(new Answered(contact(row), tokens[row], candidates.stamp(row) + 1));
            }
        }
        return found;
    }
}
