package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/// What trackers that share swarms have in Redis, as one of them writes and reads it: two keys.
///
/// - `PREFIX:announces`, a stream of the last announces in batches, as long as a peer is remembered. Whoever starts
///   reads all of it, and then knows all peers with their ages. Time is Redis's, so that the trackers' clocks do not
///   matter.
/// - `PREFIX:completed`, a sorted set of info-hashes by their number of downloads, which only rises.
///
/// The road not taken is a key for each swarm: it would have to be read before each answer, or be cached, and
/// would take some four times the memory in Redis.
final class SharedSwarms {
    private static final byte[] FROM = bytes("from");
    private static final byte[] BATCH = bytes("batch");
    /// Batches read at a time.
    static final int READ_BATCHES = 64;

    private static final Duration READ_WAIT = Duration.ofMillis(500);
    private static final int SCAN = 1000;

    private final Duration peerTimeout;
    private final byte[] announces;
    private final byte[] completed;
    /// Which process wrote a batch, so that nobody reads their own.
    private final byte[] node = new byte[8];

    SharedSwarms(String prefix, Duration peerTimeout) {
        this.peerTimeout = peerTimeout;
        this.announces = bytes(prefix + ":announces");
        this.completed = bytes(prefix + ":completed");
        new SecureRandom().nextBytes(node);
    }

    /// What was appended in one go.
    ///
    /// @param id      where in the stream, and when by Redis's clock
    /// @param isOwn   whether this process has appended it
    /// @param changes as [SwarmChange] writes them
    record Batch(String id, boolean isOwn, byte[] changes) {
        long appendedMillis() {
            return Long.parseLong(id, 0, id.indexOf('-'), 10);
        }
    }

    /// Redis's clock.
    static long millis(RedisCommands<byte[], byte[]> redis) {
        List<byte[]> time = redis.time();
        return number(time.getFirst()) * 1000 + number(time.getLast()) / 1000;
    }

    /// Before the batches that still say something: older ones are about peers that are forgotten.
    String beginning(RedisCommands<byte[], byte[]> redis) {
        return (millis(redis) - peerTimeout.toMillis()) + "-0";
    }

    /// Appends changes of this process; drops batches that are too old by now.
    void append(RedisCommands<byte[], byte[]> redis, byte[] changes) {
        XAddArgs trimmed = new XAddArgs().minId(beginning(redis)).approximateTrimming();
        redis.xadd(announces, trimmed, Map.of(FROM, node, BATCH, changes));
        raiseCompleted(redis, changes);
    }

    private void raiseCompleted(RedisCommands<byte[], byte[]> redis, byte[] changes) {
        ByteBuffer in = ByteBuffer.wrap(changes);
        Announcement peer = new Announcement();
        while (in.hasRemaining()) {
            if (SwarmChange.read(in, peer) && peer.completed > 0) {
                redis.zadd(
                        completed,
                        ZAddArgs.Builder.gt(),
                        peer.completed,
                        peer.infoHash().toBytes());
            }
        }
    }

    /// Reads the next batches, at most [#READ_BATCHES].
    ///
    /// @param after the last one that was read
    /// @param waits whether to wait a while if there are none
    List<Batch> read(RedisCommands<byte[], byte[]> redis, String after, boolean waits) {
        XReadArgs most = new XReadArgs().count(READ_BATCHES);
        return redis.xread(waits ? most.block(READ_WAIT) : most, XReadArgs.StreamOffset.from(announces, after)).stream()
                .map(message ->
                        new Batch(message.getId(), Arrays.equals(field(message, FROM), node), field(message, BATCH)))
                .toList();
    }

    private static byte[] field(StreamMessage<byte[], byte[]> message, byte[] name) {
        for (Map.Entry<byte[], byte[]> entry : message.getBody().entrySet()) {
            if (Arrays.equals(entry.getKey(), name)) {
                return entry.getValue();
            }
        }
        return new byte[0];
    }

    /// Reads how often each torrent was downloaded.
    void readCompleted(RedisCommands<byte[], byte[]> redis, ObjIntConsumer<InfoHash> target) {
        ScanCursor cursor = ScanCursor.INITIAL;
        do {
            ScoredValueScanCursor<byte[]> page = redis.zscan(completed, cursor, ScanArgs.Builder.limit(SCAN));
            for (ScoredValue<byte[]> entry : page.getValues()) {
                if (entry.getValue().length == InfoHash.LENGTH) {
                    target.accept(InfoHash.of(entry.getValue()), (int) entry.getScore());
                }
            }
            cursor = page;
        } while (!cursor.isFinished());
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
