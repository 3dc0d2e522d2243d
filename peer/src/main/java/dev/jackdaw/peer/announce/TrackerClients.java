package dev.jackdaw.peer.announce;

import dev.jackdaw.peer.http.HostResolver;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.HttpException;
import dev.jackdaw.peer.http.HttpUrl;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// All talk of a session with trackers, whatever they speak: `http`, `https` or `udp`.
///
/// The futures never fail: what a tracker, a URL or the network does wrong is a [AnnounceReply.Failure] with a sentence
/// about it, whose text is raw and to be escaped where it is shown. They complete on a thread of the clients', where
/// nothing may block, after one minute at the latest once the call has begun (HTTP calls are begun a bounded number at
/// a time).
///
/// The tracker that a torrent names may be anywhere, also on this machine; where it redirects to may not (see
/// [HttpAgent]).
public final class TrackerClients implements AutoCloseable {
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(20);
    /// Addresses of a UDP tracker's name that are tried.
    private static final int MAX_ADDRESSES = 4;

    private final HostResolver resolver;
    private final Optional<InetAddress> bindAddress;
    private final HttpTrackerClient http;
    private final UdpTrackerClient udp;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("jackdaw-tracker-", 0).factory());

    /// @param agent       shared with other users of HTTP; closed by its owner, after these clients
    /// @param bindAddress the address to send from; empty for any
    /// @param random      unguessable
    /// @throws IOException if the system has no more sockets to give
    public TrackerClients(
            HttpAgent agent, HostResolver resolver, Optional<InetAddress> bindAddress, RandomGenerator random)
            throws IOException {
        this.resolver = resolver;
        this.bindAddress = bindAddress;
        this.http = new HttpTrackerClient(agent);
        this.udp = new UdpTrackerClient(bindAddress, random);
    }

    /// Announces to the tracker.
    public CompletableFuture<TrackerAnswer> announce(String url, AnnounceRequest request) {
        return switch (scheme(url)) {
            case "http", "https" -> call(() -> http.announce(url, request), TrackerAnswer::failure);
            case "udp" ->
                udp(
                        url,
                        urlData -> (transactionId, connectionId) ->
                                new UdpTrackerPacket.Announce(transactionId, connectionId, request, urlData),
                        (reply, tracker) -> reply instanceof UdpTrackerPacket.Announced announced
                                ? new TrackerAnswer(
                                        announced.toAnnounceReply(), PeerAddress.isLocal(tracker.getAddress()))
                                : TrackerAnswer.failure("a scrape's answer to an announce"),
                        TrackerAnswer::failure);
            default -> {
                var never = new AnnounceReply.Failure(unsupported(url), Optional.empty(), true);
                yield CompletableFuture.completedFuture(new TrackerAnswer(never, false));
            }
        };
    }

    /// Asks for the counts of some torrents.
    ///
    /// @param infoHashes 1 … [UdpTrackerCodec#MAX_SCRAPE]
    public CompletableFuture<ScrapeReply> scrape(String url, List<InfoHash> infoHashes) {
        if (infoHashes.isEmpty() || infoHashes.size() > UdpTrackerCodec.MAX_SCRAPE) {
            throw new IllegalArgumentException("scrape of " + infoHashes.size() + " torrents");
        }
        List<InfoHash> asked = List.copyOf(infoHashes);
        return switch (scheme(url)) {
            case "http", "https" -> call(() -> http.scrape(url, asked), ScrapeReply.Failure::new);
            case "udp" ->
                udp(
                        url,
                        _ -> (transactionId, connectionId) ->
                                new UdpTrackerPacket.Scrape(transactionId, connectionId, asked),
                        (reply, _) -> reply instanceof UdpTrackerPacket.Scraped scraped
                                ? swarms(asked, scraped)
                                : new ScrapeReply.Failure("an announce's answer to a scrape"),
                        ScrapeReply.Failure::new);
            default -> CompletableFuture.completedFuture(new ScrapeReply.Failure(unsupported(url)));
        };
    }

    /// Ends all calls, which complete with failures. An announce of `stopped` that is to arrive has to be waited for
    /// before.
    @Override
    public void close() {
        threads.shutdownNow();
        udp.close();
    }

    private interface Call<T> {
        T run();
    }

    private interface UdpReader<T> {
        T read(UdpTrackerPacket.Reply reply, InetSocketAddress tracker);
    }

    private <T> CompletableFuture<T> call(Call<T> call, Function<String, ? extends T> failure) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        start(answer, failure, () -> answer.complete(call.run()));
        return answer;
    }

    private <T> CompletableFuture<T> udp(
            String url,
            Function<String, UdpTransactions.Question> question,
            UdpReader<T> reader,
            Function<String, ? extends T> failure) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        start(answer, failure, () -> {
            try {
                // what follows the scheme is written as in http
                HttpUrl target = HttpUrl.parse("http" + url.substring(url.indexOf(':')));
                String urlData = target.target().equals("/") ? "" : target.target();
                if (urlData.length() > UdpTrackerCodec.MAX_URL_DATA) {
                    throw new HttpException("URL with a path of " + urlData.length() + " characters, expected at most "
                            + UdpTrackerCodec.MAX_URL_DATA);
                }
                udp.ask(addresses(target), question.apply(urlData), new Completing<>(answer, reader, failure));
            } catch (IOException e) {
                answer.complete(failure.apply(String.valueOf(e.getMessage())));
            }
        });
        return answer;
    }

    private record Completing<T>(
            CompletableFuture<T> answer, UdpReader<T> reader, Function<String, ? extends T> failure)
            implements UdpTransactions.Asker {
        @Override
        public void answered(UdpTrackerPacket.Reply packet, InetSocketAddress tracker) {
            try {
                answer.complete(reader.read(packet, tracker));
            } catch (RuntimeException e) {
                failed("an answer that makes no sense: " + e);
            }
        }

        @Override
        public void failed(String reason) {
            answer.complete(failure.apply(reason));
        }
    }

    private <T> void start(CompletableFuture<T> answer, Function<String, ? extends T> failure, Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    // ours, not the tracker's; but whoever waits must hear of it
                    System.getLogger(TrackerClients.class.getName())
                            .log(System.Logger.Level.ERROR, "a tracker call failed", e);
                    answer.complete(failure.apply("internal error: " + e));
                }
            });
        } catch (RejectedExecutionException _) {
            answer.complete(failure.apply("the tracker clients are closed"));
        }
    }

    private List<InetSocketAddress> addresses(HttpUrl url) throws IOException {
        List<InetSocketAddress> addresses = resolver.resolve(url.host(), LOOKUP_TIMEOUT).stream()
                .filter(address -> bindAddress.isEmpty()
                        || bindAddress.get() instanceof Inet4Address == address instanceof Inet4Address)
                .limit(MAX_ADDRESSES)
                .map(address -> new InetSocketAddress(address, url.port()))
                .filter(address -> PeerAddress.of(address).isDialable())
                .toList();
        if (addresses.isEmpty()) {
            throw new HttpException("no address of " + url.host() + " can be reached from "
                    + bindAddress.map(InetAddress::getHostAddress).orElse("here"));
        }
        return addresses;
    }

    private static ScrapeReply swarms(List<InfoHash> asked, UdpTrackerPacket.Scraped scraped) {
        Map<InfoHash, ScrapeReply.Counts> swarms = new HashMap<>();
        for (int i = 0; i < Math.min(asked.size(), scraped.swarms().size()); i++) {
            swarms.put(asked.get(i), scraped.swarms().get(i));
        }
        return new ScrapeReply.Swarms(swarms);
    }

    private static String scheme(String url) {
        int colon = url.indexOf("://");
        return colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    private static String unsupported(String url) {
        return "tracker URL of scheme \"" + scheme(url) + "\", expected http, https or udp";
    }
}
