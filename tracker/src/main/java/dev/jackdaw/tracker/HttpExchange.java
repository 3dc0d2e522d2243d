package dev.jackdaw.tracker;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.HttpAnnounceQuery;
import dev.jackdaw.tracker.HttpRequest.Outcome;
import org.jspecify.annotations.Nullable;

/// A request as an [HttpFrontend] has read it, and perhaps not answered yet; used again for others.
final class HttpExchange {
    /// What a request is about.
    enum Subject {
        ANNOUNCE,
        SCRAPE,
        OTHER
    }

    final HttpRequest request = new HttpRequest();
    final HttpAnnounceQuery query = new HttpAnnounceQuery();
    /// Whether there is one that was read and not answered.
    boolean waits;

    Outcome outcome = Outcome.INCOMPLETE;
    Subject subject = Subject.OTHER;
    /// What is wrong with the query of an announce, if anything is.
    @Nullable
    ProtocolException problem;
}
