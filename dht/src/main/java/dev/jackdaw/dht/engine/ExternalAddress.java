package dev.jackdaw.dht.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What our address looks like from outside, by what others say of it in `ip` (BEP 42, "Bootstrapping").
///
/// One node may lie: an address is believed once [#VOTES] neighbourhoods in a row of votes name it, and whoever
/// agrees with what is believed takes one of the dissenting votes away.
final class ExternalAddress {
    private static final int VOTES = 5;
    /// Dissenting votes kept; the oldest is forgotten for a new one.
    private static final int MOST_VOTES = 16;

    private @Nullable PeerAddress believed;
    /// Where the votes came from: a /24 or /48, which has one vote.
    private long[] voters = {};

    private @Nullable PeerAddress[] votes = {};
    private int count;

    Optional<PeerAddress> believed() {
        return Optional.ofNullable(believed);
    }

    void believe(PeerAddress address) {
        believed = address;
        voters = new long[0];
        votes = new PeerAddress[0];
        count = 0;
    }

    /// Takes a vote; says whether another address is believed now.
    ///
    /// @param seen  of which only the host counts
    boolean vote(PeerAddress voter, PeerAddress seen) {
        if (seen.v6() != voter.v6()) {
            return false;
        }
        if (believed != null && sameHost(believed, seen)) {
            count = Math.max(0, count - 1);
            return false;
        }
        long neighbourhood = voter.v6() ? voter.high() >>> 16 : voter.low() >>> 8;
        for (int i = 0; i < count; i++) {
            if (voters[i] == neighbourhood) {
                votes[i] = seen;
                return false;
            }
        }
        if (count == MOST_VOTES) {
            System.arraycopy(voters, 1, voters, 0, --count);
            System.arraycopy(votes, 1, votes, 0, count);
        } else if (count == voters.length) {
            voters = Arrays.copyOf(voters, Math.min(count + VOTES, MOST_VOTES));
            votes = Arrays.copyOf(votes, voters.length);
        }
        voters[count] = neighbourhood;
        votes[count++] = seen;
        int agreeing = 0;
        for (int i = 0; i < count; i++) {
            PeerAddress vote = votes[i];
            agreeing += vote != null && sameHost(vote, seen) ? 1 : 0;
        }
        if (agreeing < VOTES || agreeing * 2 <= count) {
            return false;
        }
        believe(seen);
        return true;
    }

    private static boolean sameHost(PeerAddress a, PeerAddress b) {
        return a.low() == b.low() && a.high() == b.high() && a.v6() == b.v6();
    }
}
