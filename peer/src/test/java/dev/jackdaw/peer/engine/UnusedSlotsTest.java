package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Peers that say they want something of a seed and make no use of the slots they get, and an honest one that
/// comes after them.
class UnusedSlotsTest {
    private static final int CONNECTIONS = 80;

    private final World world = new World(8 << 20, 256 << 10);
    private final World.Node seed = world.seeder();
    private int nextId = 1;

    /// Without the fast extension, so that it gets nothing while it is choked.
    private class Stranger extends World.ScriptedPeer {
        private final PeerId id = new PeerId(7, 7, nextId++);
        /// What it asks for once it is unchoked.
        private final int blocks;

        Stranger(int blocks) {
            world.super();
            this.blocks = blocks;
        }

        @Override
        public Handshake handshake() {
            return new Handshake(new ReservedBits(0), world.info.infoHash(), id);
        }

        @Override
        void greet(World.Wire wire) {
            wire.send(new PeerMessage.Interested());
        }

        @Override
        public void received(World.Wire wire, PeerMessage message) {
            super.received(wire, message);
            if (message instanceof PeerMessage.Unchoke) {
                for (int block = 0; block < blocks; block++) {
                    wire.send(new PeerMessage.Request(new BlockRequest(block / 16, block % 16 << 14, 16 << 10)));
                }
            }
        }

        boolean isServed() {
            return !received(PeerMessage.Piece.class).isEmpty();
        }

        void arriveAgain() {
            if (!closed.isEmpty()) {
                closed.clear();
                seed.arrives(this);
            }
        }
    }

    /// @param blocks what the others ask for
    /// @param rate   bytes that they read in a second
    @ParameterizedTest
    @CsvSource({"80, 0, 1", "400, 0, 1", "80, 400, 1", "400, 400, 1", "80, 1, 1000", "80, 400, 2000"})
    void anHonestPeerHasItsFirstBlockWithinFiveSeconds(int strangers, int blocks, long rate) {
        List<Stranger> others = new ArrayList<>();
        seed.bytesPerSecond = rate;
        for (int i = 0; i < strangers; i++) {
            Stranger stranger = new Stranger(blocks);
            others.add(stranger);
            seed.arrives(stranger);
            world.run(0.01);
        }
        Stranger honest = new Stranger(16);
        seed.bytesPerSecond = 1 << 20;
        seed.arrives(honest);

        others.add(honest);
        double waited = 0;
        while (!honest.isServed() && waited < 10) {
            others.forEach(Stranger::arriveAgain); // whoever was sent away
            world.run(0.2);
            waited += 0.2;
        }

        assertTrue(waited <= 5, waited + " s");
        assertTrue(seed.snapshot().peers().size() <= CONNECTIONS);
    }
}
