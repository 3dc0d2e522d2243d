package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Ticker;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// Swarms that several trackers share over Redis or Valkey, each with a whole copy in its memory.
///
/// An announce is answered from this copy and never waits for Redis. It is also put into an [Outbox], from which
/// one thread appends batches to a stream; another thread reads what the other trackers have appended and
/// announces it to the copy. So each tracker knows what was announced to another one a moment later: after at
/// most `flush` and the way through Redis.
///
/// What is in Redis, and why, is said by [SharedSwarms].
///
/// While Redis is away, each tracker goes on from what it knows. Both directions are caught up on when it is back:
/// the stream is read on from where it was left, and the outbox is sent, as far as its bound has kept it. One that
/// starts meanwhile begins with its snapshot, if it keeps one.
final class RedisSwarmStore implements SwarmStore {
    private static final System.Logger LOGGER = System.getLogger(RedisSwarmStore.class.getName());
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(500);
    /// How long a start waits for what is in Redis.
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final MemorySwarmStore local;
    private final Ticker ticker;
    private final Duration flush;
    private final SharedSwarms shared;
    private final Outbox outbox;
    private final ClientResources resources;
    private final RedisClient client;
    private final Thread sender;
    private final Thread reader;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final LongAdder received = new LongAdder();
    private volatile boolean connected;
    private volatile boolean closing;

    /// How things stand with Redis.
    ///
    /// @param connected    whether it answered when it was last asked
    /// @param passedOn     changes of this tracker's since the start, sent or waiting
    /// @param received     changes by other trackers since the start
    /// @param waitingBytes of changes that are not sent yet
    /// @param batchesLost  that were not passed on, for the outbox was full
    record Status(boolean connected, long passedOn, long received, long waitingBytes, long batchesLost) {}

    /// Connects, and reads what is there. If Redis does not answer, starts from what there is and goes on
    /// trying.
    ///
    /// @param local  with what is known without Redis; the new one closes it
    /// @param ticker the clock of the callers of [#announce] and [#expire]
    static RedisSwarmStore open(RedisConfig config, Duration peerTimeout, MemorySwarmStore local, Ticker ticker) {
        RedisSwarmStore store = new RedisSwarmStore(config, peerTimeout, local, ticker);
        try {
            if (!store.caughtUp.await(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS) || !store.connected) {
                LOGGER.log(System.Logger.Level.WARNING, "starting without what the other trackers know");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return store;
    }

    private RedisSwarmStore(RedisConfig config, Duration peerTimeout, MemorySwarmStore local, Ticker ticker) {
        this.local = local;
        this.ticker = ticker;
        this.flush = config.flush();
        this.shared = new SharedSwarms(config.prefix(), peerTimeout);
        this.outbox = new Outbox(config.backlogMib() << 20);
        RedisURI uri = RedisURI.create(config.url().orElseThrow());
        uri.setTimeout(COMMAND_TIMEOUT);
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources, uri);
        // this class connects anew itself, so that there is one place that knows whether Redis is there
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        this.sender =
                Thread.ofPlatform().name("jackdaw-tracker-redis-send").daemon().start(() -> keepTrying(this::send));
        this.reader =
                Thread.ofPlatform().name("jackdaw-tracker-redis-read").daemon().start(() -> keepTrying(new Reading()));
    }

    Status status() {
        return new Status(connected, outbox.added(), received.sum(), outbox.bytes(), outbox.batchesLost());
    }

    // ---- the copy

    @Override
    public void announce(Announcement asker, int wanted, long nowNanos, RandomGenerator random) {
        local.announce(asker, wanted, nowNanos, random);
        outbox.add(asker);
    }

    @Override
    public void scrape(Announcement query) {
        local.scrape(query);
    }

    @Override
    public void bringNear(Lookahead torrents) {
        local.bringNear(torrents);
    }

    @Override
    public void expire(int step, long nowNanos) {
        local.expire(step, nowNanos);
    }

    @Override
    public int peers() {
        return local.peers();
    }

    @Override
    public long notKept() {
        return local.notKept();
    }

    @Override
    public int swarms() {
        return local.swarms();
    }

    @Override
    public void forEach(Consumer<SwarmCounts> consumer) {
        local.forEach(consumer);
    }

    @Override
    public boolean remove(InfoHash infoHash) {
        Announcement named = new Announcement();
        named.infoHash(infoHash);
        outbox.addRemoval(named);
        return local.remove(infoHash);
    }

    @Override
    public MemorySwarmStore memory() {
        return local;
    }

    // ---- Redis

    /// Something that is done over one connection until it breaks.
    private interface Work {
        void over(RedisCommands<byte[], byte[]> redis) throws InterruptedException;
    }

    private void keepTrying(Work work) {
        while (true) {
            try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
                work.over(connection.sync());
                return;
            } catch (RedisException e) {
                disconnected(e);
            } catch (RuntimeException e) {
                if (!closing) {
                    LOGGER.log(System.Logger.Level.ERROR, "sharing swarms", e);
                }
            } catch (InterruptedException _) {
                return;
            }
            if (closing) {
                return;
            }
            try {
                Thread.sleep(RETRY);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private synchronized void disconnected(RedisException e) {
        boolean news = connected || caughtUp.getCount() > 0;
        connected = false;
        caughtUp.countDown(); // a start waits no longer
        if (news && !closing) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "Redis is away; announces are answered from what is known: " + e.getMessage());
        }
    }

    private synchronized void connected() {
        if (!connected) {
            connected = true;
            LOGGER.log(System.Logger.Level.INFO, "swarms are shared over Redis");
        }
    }

    private void send(RedisCommands<byte[], byte[]> redis) throws InterruptedException {
        while (!closing) {
            sendAll(redis);
            Thread.sleep(flush);
        }
        sendAll(redis);
    }

    private void sendAll(RedisCommands<byte[], byte[]> redis) {
        for (Optional<byte[]> batch = outbox.take(); batch.isPresent(); batch = outbox.take()) {
            boolean sent = false;
            try {
                shared.append(redis, batch.get());
                sent = true;
            } finally {
                if (!sent) {
                    outbox.putBack(batch.get()); // perhaps it was; announced twice is announced once
                }
            }
        }
    }

    /// Reads the stream, from as far back as a peer is remembered, and then on and on.
    private final class Reading implements Work {
        private final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        private final Announcement peer = new Announcement();
        private @Nullable String last;
        private boolean completedRead;

        @Override
        public void over(RedisCommands<byte[], byte[]> redis) {
            long offsetMillis = SharedSwarms.millis(redis) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (last == null) {
                last = shared.beginning(redis);
            }
            while (!closing) {
                List<SharedSwarms.Batch> batches = shared.read(redis, last, completedRead);
                connected();
                long nowMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + offsetMillis;
                for (SharedSwarms.Batch batch : batches) {
                    last = batch.id();
                    take(batch, nowMillis);
                }
                if (batches.size() < SharedSwarms.READ_BATCHES && !completedRead) {
                    // afterwards: what the stream has told was not counted again
                    shared.readCompleted(redis, local::raiseCompleted);
                    completedRead = true;
                    caughtUp.countDown();
                }
            }
        }

        private void take(SharedSwarms.Batch batch, long nowMillis) {
            if (batch.isOwn()) {
                return;
            }
            long ageMillis = Math.max(0, nowMillis - batch.appendedMillis());
            long announcedNanos = ticker.nanos() - TimeUnit.MILLISECONDS.toNanos(ageMillis);
            ByteBuffer in = ByteBuffer.wrap(batch.changes());
            try {
                while (in.hasRemaining()) {
                    if (SwarmChange.read(in, peer)) {
                        int count = peer.completed;
                        if (completedRead) {
                            local.announce(peer, 0, announcedNanos, random);
                        } else {
                            local.replay(peer, announcedNanos, random);
                        }
                        if (count > 0) {
                            local.raiseCompleted(peer.infoHash(), count);
                        }
                    } else {
                        local.remove(peer.infoHash());
                    }
                    received.increment();
                }
            } catch (BufferUnderflowException e) {
                LOGGER.log(
                        System.Logger.Level.WARNING, "batch " + batch.id() + " is not of this version; it is left out");
            }
        }
    }

    /// Sends what is left, if Redis is there, and ends.
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        try {
            sender.join(COMMAND_TIMEOUT);
            sender.interrupt();
            reader.interrupt(); // it may be waiting for something to come
            reader.join(COMMAND_TIMEOUT);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        local.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
