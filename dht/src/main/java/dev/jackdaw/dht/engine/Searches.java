package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The searches of a node that are on their way: whose turn it is to ask, and which of them are done.
final class Searches {
    /// At a time.
    static final int MOST = 1_024;

    private final List<Search> underWay = new ArrayList<>(1);
    private int turn;

    boolean isFull() {
        return underWay.size() >= MOST;
    }

    int size() {
        return underWay.size();
    }

    void add(Search search) {
        underWay.add(search);
    }

    /// Forgets a search, if it is on its way.
    void remove(Search search) {
        underWay.remove(search);
    }

    /// Tells all of them of a node.
    void offer(NodeContact contact) {
        for (Search search : underWay) {
            for (Search.Walk walk : search.walks()) {
                if (walk.v6 == contact.address().v6()) {
                    walk.lookup.offer(contact, 0);
                }
            }
        }
    }

    /// Tells all of them of nodes that a neighbour has named.
    ///
    /// @param compact contacts as a message has them
    void offer(byte[] compact, boolean v6) {
        for (Search search : underWay) {
            for (Search.Walk walk : search.walks()) {
                if (walk.v6 == v6) {
                    walk.lookup.offer(compact, 1);
                }
            }
        }
    }

    /// The next query of each in turn; null if none of them has one now.
    @Nullable
    Exchange next(long nowNanos) {
        for (int i = 0; i < underWay.size(); i++) {
            turn = turn + 1 < underWay.size() ? turn + 1 : 0;
            Exchange exchange = underWay.get(turn).next(nowNanos);
            if (exchange != null) {
                return exchange;
            }
        }
        return null;
    }

    /// Ends those that are done; says whether one of the others has something to store now. Whoever is told of an
    /// end may begin and cancel searches.
    ///
    /// @param mayWait whether nodes may yet be found for one that knows nobody
    boolean conclude(boolean mayWait, long nowNanos) {
        boolean goesOn = false;
        for (int i = underWay.size() - 1; i >= 0; i = Math.min(i, underWay.size()) - 1) {
            Search search = underWay.get(i);
            boolean wasStoring = search.isStoring();
            if (search.isDone(mayWait, nowNanos)) {
                underWay.remove(i);
                search.finish(nowNanos);
            } else {
                goesOn |= search.isStoring() != wasStoring;
            }
        }
        return goesOn;
    }

    /// When the first of those gives up that know nobody, or `Long.MAX_VALUE`.
    long patienceNanos() {
        long first = Long.MAX_VALUE;
        for (Search search : underWay) {
            first = Math.min(first, search.patienceNanos());
        }
        return first;
    }
}
