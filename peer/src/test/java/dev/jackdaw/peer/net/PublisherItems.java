package dev.jackdaw.peer.net;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.PublishedTorrent;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// A DHT that a test answers for: each question waits until the test has taken and answered it.
final class PublisherItems implements FollowedPublisher.Items {
    final BlockingQueue<CompletableFuture<Optional<DhtItem.Mutable>>> questions = new LinkedBlockingQueue<>();
    final BlockingQueue<DhtItem.Mutable> kept = new LinkedBlockingQueue<>();

    /// Waits for the next question, and answers that this torrent is the newest.
    void answer(long seq, InfoHash infoHash) throws InterruptedException {
        answer(seq, new PublishedTorrent(infoHash).toValue());
    }

    void answer(long seq, byte[] value) throws InterruptedException {
        DhtItem.Mutable item = new DhtItem.Mutable(new byte[32], new byte[0], seq, new byte[64], value);
        while (!questions.take().complete(Optional.of(item))) {
            // nobody waits for the answer any more
        }
    }

    @Override
    public CompletableFuture<Optional<DhtItem.Mutable>> newestOf(PublisherLink link) {
        CompletableFuture<Optional<DhtItem.Mutable>> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    }

    @Override
    public CompletableFuture<StoreReport> keep(DhtItem.Mutable item) {
        kept.add(item);
        return CompletableFuture.completedFuture(new StoreReport(1, 0, 1));
    }
}
