package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.Bitfield;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pieces in the making that an earlier run has left.
class RecoveredPiecesTest {
    private static final int BLOCK = 16 * 1024;
    private static final int PIECE = 16 * BLOCK;

    private final World world = new World(4 * PIECE, PIECE);
    private final World.Node leecher = world.leecher();
    private final World.ScriptedPeer honest = world.new ScriptedPeer();

    /// Puts blocks where the storage has found them.
    private void recover(int piece, int blocks, byte mask) {
        Bitfield there = new Bitfield(16);
        for (int block = 0; block < blocks; block++) {
            byte[] bytes = new byte[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                bytes[i] = (byte) (world.content[piece * PIECE + block * BLOCK + i] ^ mask);
            }
            leecher.disk.store(piece, block * BLOCK, ByteBuffer.wrap(bytes));
            there.set(block);
        }
        leecher.handle(new TorrentEvent.PieceRecovered(piece, there));
    }

    private void assertCompletes() {
        leecher.knows(honest);
        assertTrue(
                world.runUntil(leecher::isComplete, 60),
                () -> leecher.snapshot().toString());
        assertArrayEquals(world.content, leecher.disk.data);
        assertEquals(0, leecher.budget.reserved);
    }

    @Test
    void onlyTheirMissingBlocksAreFetched() {
        recover(0, 10, (byte) 0);
        recover(3, 15, (byte) 0);

        assertCompletes();

        assertEquals((64 - 25) * BLOCK, leecher.snapshot().downloadedBytes());
    }

    @Test
    void aCompleteOneIsHashedAtOnce() {
        recover(1, 16, (byte) 0);
        world.run(1);

        assertTrue(leecher.engine.have().get(1));
        assertCompletes();
        assertEquals(48 * BLOCK, leecher.snapshot().downloadedBytes());
    }

    @Test
    void aWrongOneIsFetchedAnewAndNobodyIsBlamed() {
        recover(0, 15, (byte) 1);
        recover(1, 16, (byte) 1);

        assertCompletes();

        assertFalse(leecher.notices.stream().anyMatch(TorrentEffect.Notice.PeerBanned.class::isInstance));
        // the block of this run is good, and stays
        assertEquals(64 * BLOCK, leecher.snapshot().downloadedBytes());
    }

    @Test
    void thoseThatAreThereOrNotWantedOrBeyondTheMemoryAreDropped() {
        Bitfield have = new Bitfield(4);
        have.set(0);
        leecher.handle(new TorrentEvent.PiecesVerified(have));
        leecher.handle(new TorrentEvent.PiecePrioritiesSet(new byte[] {4, 0, 4, 4}));
        leecher.budget.limit = PIECE;
        for (int piece = 0; piece < 4; piece++) {
            recover(piece, 1, (byte) 0);
        }

        assertEquals(
                List.of(new TorrentEffect.DropPiece(0), new TorrentEffect.DropPiece(1), new TorrentEffect.DropPiece(3)),
                leecher.effects(TorrentEffect.DropPiece.class));
        assertEquals(PIECE, leecher.budget.reserved);
    }
}
