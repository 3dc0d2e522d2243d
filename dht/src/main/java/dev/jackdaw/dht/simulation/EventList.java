package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.krpc.KrpcMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Events in their order, to be taken out together: of a window of time, or those that one shard has for another.
final class EventList {
    private long[] ticks = new long[64];
    private int[] receivers = new int[64];
    private int[] senders = new int[64];
    private @Nullable KrpcMessage[] messages = new KrpcMessage[64];
    private int size;

    void add(long tick, int receiver, int sender, @Nullable KrpcMessage message) {
        if (size == ticks.length) {
            ticks = Arrays.copyOf(ticks, 2 * size);
            receivers = Arrays.copyOf(receivers, 2 * size);
            senders = Arrays.copyOf(senders, 2 * size);
            messages = Arrays.copyOf(messages, 2 * size);
        }
        ticks[size] = tick;
        receivers[size] = receiver;
        senders[size] = sender;
        messages[size++] = message;
    }

    int size() {
        return size;
    }

    long tick(int row) {
        return ticks[row];
    }

    int receiver(int row) {
        return receivers[row];
    }

    int sender(int row) {
        return senders[row];
    }

    @Nullable
    KrpcMessage message(int row) {
        return messages[row];
    }

    void clear() {
        Arrays.fill(messages, 0, size, null);
        size = 0;
    }

    /// Adds all to a wheel, and is empty.
    void moveTo(TimingWheel wheel) {
        for (int i = 0; i < size; i++) {
            wheel.add(ticks[i], receivers[i], senders[i], messages[i]);
        }
        clear();
    }
}
