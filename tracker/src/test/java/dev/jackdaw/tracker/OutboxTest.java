package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static Announcement peer(int number) {
        return SwarmStoreContract.peer(SwarmStoreContract.hash(3), number, number % 2 == 0, AnnounceEvent.NONE);
    }

    @Test
    void changesComeOutAsTheyWentIn() {
        Outbox outbox = new Outbox(1 << 20);
        Announcement six = peer(1);
        six.family = Family.V6;
        six.high = 0x20010db8_00000000L;
        six.low = -2;
        six.port = 65535;
        six.left = 0;
        six.completed = 77;
        six.event = AnnounceEvent.COMPLETED;
        outbox.add(six);
        Announcement stopped = peer(0xfffffffe);
        stopped.low = 0xfffffffeL;
        stopped.event = AnnounceEvent.STOPPED;
        outbox.add(stopped);
        Announcement partialSeed = peer(9);
        partialSeed.left = 5;
        partialSeed.event = AnnounceEvent.PAUSED;
        outbox.add(partialSeed);
        outbox.addRemoval(peer(3));

        ByteBuffer in = ByteBuffer.wrap(outbox.take().orElseThrow());
        Announcement read = new Announcement();
        assertTrue(SwarmChange.read(in, read));
        assertEquals(SwarmStoreContract.hash(3), read.infoHash());
        assertEquals(Family.V6, read.family);
        assertEquals(six.high, read.high);
        assertEquals(-2, read.low);
        assertEquals(65535, read.port);
        assertTrue(read.isSeed());
        assertEquals(77, read.completed);
        assertTrue(SwarmChange.read(in, read));
        assertEquals(AnnounceEvent.STOPPED, read.event);
        assertEquals(0xfffffffeL, read.low);
        assertEquals(0, read.high);
        assertEquals(0, read.completed);
        assertTrue(SwarmChange.read(in, read));
        assertTrue(read.isPartialSeed());
        assertFalse(SwarmChange.read(in, read));
        assertFalse(in.hasRemaining());
        assertEquals(Optional.empty(), outbox.take());
    }

    @Test
    void aBatchThatCouldNotBeSentComesNext() {
        Outbox outbox = new Outbox(1 << 20);
        outbox.add(peer(1));
        byte[] first = outbox.take().orElseThrow();
        outbox.add(peer(2));
        outbox.putBack(first);

        assertArrayEquals(first, outbox.take().orElseThrow());
        assertEquals(27, outbox.take().orElseThrow().length);
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        Outbox outbox = new Outbox(4 * 64 << 10);
        for (int i = 0; i < 100_000; i++) {
            outbox.add(peer(i));
        }
        assertTrue(outbox.bytes() <= 5 * 64 << 10, outbox.bytes() + " bytes");
        assertTrue(outbox.batchesLost() > 30);
        ByteBuffer oldest = ByteBuffer.wrap(outbox.take().orElseThrow());
        Announcement read = new Announcement();
        SwarmChange.read(oldest, read);
        assertTrue(read.low > 50_000, "peer " + read.low);
        assertEquals(100_000, outbox.added());
    }
}
