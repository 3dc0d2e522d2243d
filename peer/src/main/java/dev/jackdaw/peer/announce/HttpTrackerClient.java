package dev.jackdaw.peer.announce;

import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.HttpException;
import dev.jackdaw.peer.http.HttpHead;
import dev.jackdaw.peer.http.HttpRequest;
import dev.jackdaw.peer.http.HttpUrl;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.tracker.HttpTrackerCodec;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.TrackerUrls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Announces and scrapes over HTTP and HTTPS (BEP 3, 48). Blocks, for virtual threads.
final class HttpTrackerClient {
    /// For one call with all its redirects.
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    /// Of an answer, as sent and inflated: some 100,000 peers.
    private static final int MAX_BODY = 2 << 20;
    /// Calls at a time; more wait, first come, first served.
    private static final int MAX_CALLS = 64;
    /// Calls that wait; the next one fails at once.
    private static final int MAX_WAITING = 20_000;
    /// A server that is overloaded may ask for this much patience.
    private static final long MAX_RETRY_SECONDS = Duration.ofHours(6).toSeconds();

    private final HttpAgent agent;
    private final Semaphore calls = new Semaphore(MAX_CALLS, true);

    HttpTrackerClient(HttpAgent agent) {
        this.agent = agent;
    }

    /// A body's meaning, or what is wrong with it.
    private interface Reader<T> {
        T read(byte[] body) throws ProtocolException;
    }

    private record Fetched<T>(T value, boolean local) {}

    TrackerAnswer announce(String url, AnnounceRequest request) {
        try {
            HttpUrl target = HttpUrl.parse(TrackerUrls.announce(url, request));
            var fetched = fetch(target, HttpTrackerCodec::readAnnounceReply, HttpTrackerClient::refusal);
            return new TrackerAnswer(fetched.value(), fetched.local());
        } catch (IOException e) {
            return TrackerAnswer.failure(reason(e));
        }
    }

    ScrapeReply scrape(String url, List<InfoHash> infoHashes) {
        Optional<String> scrapeUrl = TrackerUrls.scrape(url, infoHashes);
        if (scrapeUrl.isEmpty()) {
            return new ScrapeReply.Failure("the tracker cannot be scraped: its URL's path does not end in announce");
        }
        try {
            return fetch(HttpUrl.parse(scrapeUrl.get()), HttpTrackerCodec::readScrapeReply, head ->
                            (ScrapeReply) new ScrapeReply.Failure(status(head)))
                    .value();
        } catch (IOException e) {
            return new ScrapeReply.Failure(reason(e));
        }
    }

    /// Trackers put their failures into bodies of any status; only if the body says nothing, the status does.
    private <T> Fetched<T> fetch(HttpUrl url, Reader<T> reader, Function<HttpHead, T> refusal) throws IOException {
        acquire();
        try (var timer = agent.timer(CALL_TIMEOUT);
                var response = agent.get(HttpRequest.of(url), timer)) {
            HttpHead head = response.head();
            boolean success = head.status() / 100 == 2;
            T value;
            try {
                value = reader.read(response.readBody(MAX_BODY));
                if (!success && value instanceof AnnounceReply.Peers) {
                    value = refusal.apply(head);
                }
            } catch (IOException e) {
                if (success) {
                    throw e;
                }
                value = refusal.apply(head);
            } catch (ProtocolException e) {
                if (success) {
                    throw new HttpException("an answer that is no tracker's: " + e.getMessage());
                }
                value = refusal.apply(head);
            }
            return new Fetched<>(value, response.isLocal());
        } finally {
            calls.release();
        }
    }

    private void acquire() throws HttpException {
        if (calls.getQueueLength() >= MAX_WAITING) {
            throw new HttpException("more than " + MAX_WAITING + " HTTP tracker calls waiting");
        }
        try {
            calls.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpException("the HTTP tracker client is closed");
        }
    }

    private static AnnounceReply refusal(HttpHead head) {
        Optional<Duration> retryIn = head.header("retry-after")
                .filter(value -> value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9'))
                .filter(value -> !value.isEmpty())
                .map(value -> Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_RETRY_SECONDS)));
        return new AnnounceReply.Failure(status(head), retryIn, false);
    }

    private static String status(HttpHead head) {
        return ("HTTP status " + head.status() + " " + head.reason()).strip();
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
