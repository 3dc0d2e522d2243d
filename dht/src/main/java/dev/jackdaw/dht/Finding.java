package dev.jackdaw.dht;

import dev.jackdaw.dht.engine.BloomFilter;
import dev.jackdaw.dht.engine.SearchListener;
import dev.jackdaw.dht.engine.SearchReport;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/// What a search finds, gathered for whoever asked: the answer is complete when the search is over.
///
/// If the caller's own code fails on what it is told, so does the answer: the node itself goes on.
abstract class Finding<R> implements SearchListener {
    /// Peers, and likewise samples, of one search; more are not told of.
    private static final int MOST_FOUND = 10_000;

    final CompletableFuture<R> answer = new CompletableFuture<>();

    abstract R result(SearchReport report);

    @Override
    public final void finished(SearchReport report) {
        try {
            answer.complete(result(report));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /// What the report itself says.
    static final class Outcome<R> extends Finding<R> {
        private final Function<SearchReport, R> reading;

        Outcome(Function<SearchReport, R> reading) {
            this.reading = reading;
        }

        @Override
        R result(SearchReport report) {
            return reading.apply(report);
        }
    }

    /// Peers, told of as they are found, each only once; at the end what the report says, or how many they were.
    static final class PeersOf<R> extends Finding<R> {
        private final boolean allowLocal;
        private final Consumer<List<PeerAddress>> consumer;
        private final Reading<R> reading;
        private final Set<PeerAddress> found = new HashSet<>();

        /// Makes the answer of the number of peers and the report.
        interface Reading<R> {
            R of(int peers, SearchReport report);
        }

        PeersOf(boolean allowLocal, Consumer<List<PeerAddress>> consumer, Reading<R> reading) {
            this.allowLocal = allowLocal;
            this.consumer = consumer;
            this.reading = reading;
        }

        @Override
        public void peersFound(NodeContact from, KrpcMessage.Peers peers) {
            List<PeerAddress> fresh = new ArrayList<>();
            collect(peers.v4(), false, fresh);
            collect(peers.v6(), true, fresh);
            if (!fresh.isEmpty() && !answer.isDone()) {
                try {
                    consumer.accept(fresh);
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }
        }

        private void collect(byte[] compact, boolean v6, List<PeerAddress> fresh) {
            for (ByteBuffer in = ByteBuffer.wrap(compact); in.hasRemaining(); ) {
                PeerAddress peer = PeerAddress.readCompact(in, v6);
                if (peer.isDialable()
                        && (allowLocal || !peer.isLocal())
                        && found.size() < MOST_FOUND
                        && found.add(peer)) {
                    fresh.add(peer);
                }
            }
        }

        @Override
        R result(SearchReport report) {
            return reading.of(found.size(), report);
        }
    }

    /// How many share a torrent (BEP 33): the filters of all nodes together.
    static final class Counts extends Finding<Dht.Scrape> {
        private final BloomFilter seeds = new BloomFilter();
        private final BloomFilter others = new BloomFilter();

        @Override
        public void peersFound(NodeContact from, KrpcMessage.Peers peers) {
            if (peers.seedFilter().length > 0 || peers.peerFilter().length > 0) {
                seeds.addAll(peers.seedFilter());
                others.addAll(peers.peerFilter());
            }
        }

        @Override
        Dht.Scrape result(SearchReport report) {
            return new Dht.Scrape(seeds.estimate(), others.estimate());
        }
    }

    /// The newest item of a kind; the engine has verified it.
    static final class Item<I extends DhtItem> extends Finding<Optional<I>> {
        private final Class<I> kind;
        private Optional<DhtItem> newest = Optional.empty();

        Item(Class<I> kind) {
            this.kind = kind;
        }

        @Override
        public void itemFound(NodeContact from, DhtItem item) {
            newest = Optional.of(item);
        }

        @Override
        Optional<I> result(SearchReport report) {
            return newest.filter(kind::isInstance).map(kind::cast);
        }
    }

    /// Info-hashes (BEP 51).
    static final class InfoHashes extends Finding<Set<InfoHash>> {
        private final Set<InfoHash> found = new HashSet<>();

        @Override
        public void samplesFound(NodeContact from, KrpcMessage.Samples samples) {
            for (int at = 0; at < samples.infoHashes().length && found.size() < MOST_FOUND; at += NodeId.LENGTH) {
                found.add(NodeId.of(samples.infoHashes(), at).toInfoHash());
            }
        }

        @Override
        Set<InfoHash> result(SearchReport report) {
            return Set.copyOf(found);
        }
    }
}
