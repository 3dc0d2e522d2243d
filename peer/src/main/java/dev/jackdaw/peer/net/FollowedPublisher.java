package dev.jackdaw.peer.net;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.PublishedTorrent;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A [Subscription] at work, on a virtual thread of its own: it asks the DHT, and replaces the torrent.
final class FollowedPublisher implements Subscription {
    /// A question to the DHT that takes longer is given up, and asked again at the next check.
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final System.Logger LOGGER = System.getLogger(FollowedPublisher.class.getName());

    /// Whom a subscription tells what it does.
    interface Audience {
        void published(PublisherLink link, InfoHash infoHash, long seq);

        /// Something did not work.
        void failed(String message);

        /// It follows no longer.
        void ended(FollowedPublisher publisher);
    }

    /// Where publishers' items are: the DHT.
    interface Items {
        /// What a publisher's newest item is, its signature verified.
        CompletableFuture<Optional<DhtItem.Mutable>> newestOf(PublisherLink link);

        /// Puts a publisher's item again, lest it be forgotten.
        CompletableFuture<StoreReport> keep(DhtItem.Mutable item);
    }

    private final PublisherLink link;
    private final FollowedTorrent torrent;
    private final PublisherMemory memory;
    private final Items dht;
    private final Audience audience;
    private final PublisherWatch watch;
    private final Ticker ticker;
    private final CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();
    private final Thread thread;

    FollowedPublisher(
            PublisherLink link,
            FollowedTorrent torrent,
            PublisherMemory memory,
            Duration period,
            Items dht,
            Audience audience,
            Ticker ticker) {
        this.link = link;
        this.torrent = torrent;
        this.memory = memory;
        this.dht = dht;
        this.audience = audience;
        this.ticker = ticker;
        Optional<PublisherMemory.Newest> remembered = memory.newest();
        remembered.ifPresent(before -> torrent.recall(before.infoHash(), before.isOwn()));
        this.watch = new PublisherWatch(
                period, remembered.map(PublisherMemory.Newest::seq).orElse(Long.MIN_VALUE), ticker.nanos());
        this.thread = Thread.ofVirtual().name("jackdaw-publisher").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public PublisherLink link() {
        return link;
    }

    @Override
    public Optional<InfoHash> newest() {
        return torrent.infoHash();
    }

    private void run() {
        while (!closing.isDone()) {
            Optional<DhtItem.Mutable> found =
                    await(dht.newestOf(link), PATIENCE_NANOS).flatMap(item -> item);
            watch.checked(found, ticker.nanos()).ifPresent(this::follow);
            watch.toPut(ticker.nanos()).ifPresent(item -> await(dht.keep(item), PATIENCE_NANOS));
            await(closing, watch.nextCheckNanos() - ticker.nanos());
        }
    }

    /// What comes of it; empty if it does not come in time, or the subscription ends first.
    private <T> Optional<T> await(CompletableFuture<T> answer, long nanos) {
        try {
            CompletableFuture.anyOf(answer, closing).get(nanos, TimeUnit.NANOSECONDS);
            return answer.isDone() && !closing.isDone() ? Optional.ofNullable(answer.join()) : Optional.empty();
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no answer from the DHT about " + link.key(), e);
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            if (answer != closing) {
                answer.cancel(false);
            }
        }
    }

    private void follow(DhtItem.Mutable item) {
        Optional<InfoHash> offered = PublishedTorrent.of(item).map(PublishedTorrent::infoHash);
        if (closing.isDone()) {
            return;
        }
        if (offered.isEmpty()) {
            watch.take(item, ticker.nanos());
            audience.failed("publisher " + link.key() + " offers no torrent under number " + item.seq());
            return;
        }
        try {
            torrent.replaceBy(offered.get());
            watch.take(item, ticker.nanos());
            memory.write(new PublisherMemory.Newest(item.seq(), offered.get(), torrent.isOwn()));
            audience.published(link, offered.get(), item.seq());
        } catch (RuntimeException e) { // of which a SessionException is the usual one
            audience.failed("cannot follow publisher " + link.key() + " to torrent " + offered.get() + ": "
                    + e.getMessage() + "; trying again");
        }
    }

    /// Returns when nothing of it runs any more.
    @Override
    public void close() {
        closing.complete(null);
        audience.ended(this);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
