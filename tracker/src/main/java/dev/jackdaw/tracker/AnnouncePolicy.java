package dev.jackdaw.tracker;

import java.time.Duration;
import java.util.Optional;

/// Decides who is answered: access lists, private use.
///
/// Called on the thread that owns the socket, before the store, for every request: an implementation must not
/// block, and must not keep the [Announcement], which is used again for the next request. It may keep accounts,
/// since a request that it allows is recorded.
///
/// Of a request a policy may look at the info-hash, the peer id, the address, [Announcement#passkey], the event,
/// and the totals `uploaded`, `downloaded` and `left`; over UDP no peer counts as proven before its connection
/// id was verified, so none gets here.
interface AnnouncePolicy {
    /// What was decided.
    sealed interface Verdict {}

    /// Go on; there is one, so that a yes allocates nothing.
    enum Allowed implements Verdict {
        ALLOWED
    }

    /// The client is told why.
    ///
    /// @param reason  for the user, in ASCII
    /// @param retryIn when to try again (BEP 31); empty leaves it to the client
    /// @param never   whether it should not try again (BEP 31)
    record Refused(String reason, Optional<Duration> retryIn, boolean never) implements Verdict {
        public Refused(String reason) {
            this(reason, Optional.empty(), false);
        }
    }

    /// Lets everybody in.
    AnnouncePolicy OPEN = new AnnouncePolicy() {
        @Override
        public Verdict announce(Announcement announcement) {
            return Allowed.ALLOWED;
        }

        @Override
        public Verdict scrape(Announcement query) {
            return Allowed.ALLOWED;
        }
    };

    Verdict announce(Announcement announcement);

    /// Whether one torrent may be scraped: of `query` the info-hash, the address and the passkey are set.
    Verdict scrape(Announcement query);

    /// Reads what has changed since the start, if the policy keeps any such thing; called from time to time.
    default void reload() {}

    /// Whether [Announcement#passkey] matters; if not, no frontend looks for it.
    default boolean readsPasskey() {
        return false;
    }
}
