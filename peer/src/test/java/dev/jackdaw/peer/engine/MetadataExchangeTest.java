package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.MetadataMessage;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetadataExchangeTest {
    // 3,000 pieces make an info dictionary of 60 kB: four pieces of metadata
    private final World world = new World(3000 * 16384, 16384);
    private final World.Node leecher = world.node();

    private static final int THEIR_ID = 7;

    /// A peer that says its dictionary has that many bytes, and then lies.
    private class MetadataPeer extends World.ScriptedPeer {
        private final int size;

        MetadataPeer(World world, int size) {
            world.super();
            this.size = size;
        }

        @Override
        void greet(World.Wire wire) {
            wire.send(new PeerMessage.HaveNone());
            wire.send(new PeerMessage.Extended(
                    0,
                    new ExtensionHandshake(
                                    Map.of(Extension.METADATA, THEIR_ID),
                                    Optional.of("liar"),
                                    OptionalInt.empty(),
                                    OptionalInt.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    OptionalInt.of(size),
                                    false)
                            .write()));
        }

        @Override
        void interested(World.Wire wire) {} // has no content

        @Override
        void extended(World.Wire wire, int id, byte[] payload) {
            if (id == THEIR_ID) {
                try {
                    if (MetadataMessage.read(payload) instanceof MetadataMessage.Request(int piece)) {
                        asked(wire, piece);
                    }
                } catch (dev.jackdaw.protocol.ProtocolException e) {
                    throw new AssertionError(e);
                }
            }
        }

        void asked(World.Wire wire, int piece) {
            answer(wire, new MetadataMessage.Data(piece, size, new byte[MetadataMessage.pieceLength(piece, size)]));
        }

        void answer(World.Wire wire, MetadataMessage message) {
            wire.send(new PeerMessage.Extended(Extension.METADATA.localId(), message.write()));
        }
    }

    private int trueSize() {
        return world.info.bytes().length;
    }

    private byte[] truePiece(int piece) {
        int from = piece * MetadataMessage.PIECE_LENGTH;
        return Arrays.copyOfRange(world.info.bytes(), from, from + MetadataMessage.pieceLength(piece, trueSize()));
    }

    @Test
    void aWrongCopyBansItsSender() {
        leecher.handle(new TorrentEvent.Resumed());
        leecher.knows(new MetadataPeer(world, trueSize()));

        world.run(5);

        assertEquals(
                1,
                leecher.notices.stream()
                        .filter(TorrentEffect.Notice.PeerBanned.class::isInstance)
                        .count());
        assertEquals(Phase.FETCHING_METADATA, leecher.engine.phase());
    }

    @Test
    void anHonestPeerAmongThirteenLiarsIsEnough() {
        leecher.handle(new TorrentEvent.Resumed());
        List<MetadataPeer> liars = IntStream.range(0, 13).mapToObj(this::liar).toList();
        liars.forEach(leecher::knows);
        world.run(1);
        leecher.knows(world.seeder());

        assertTrue(
                world.runUntil(() -> leecher.engine.phase() == Phase.DOWNLOADING, 15),
                () -> leecher.snapshot().toString());
    }

    private MetadataPeer liar(int kind) {
        return switch (kind % 5) {
            case 0 -> new MetadataPeer(world, trueSize()); // wrong bytes
            case 1 -> new MetadataPeer(world, 30 << 20); // wrong size, wrong bytes
            case 2 ->
                new MetadataPeer(world, trueSize()) {
                    @Override
                    void asked(World.Wire wire, int piece) {} // silent
                };
            case 3 ->
                new MetadataPeer(world, trueSize()) {
                    @Override
                    void asked(World.Wire wire, int piece) {
                        answer(wire, new MetadataMessage.Reject(piece));
                    }
                };
            default ->
                new MetadataPeer(world, 20 << 20) { // a little now and then
                    private long next;

                    @Override
                    void asked(World.Wire wire, int piece) {
                        next = Math.max(next, world.time.nanos()) + World.SECOND * 9 / 10;
                        world.time.at(next, () -> super.asked(wire, piece));
                    }
                };
        };
    }

    @Test
    void isNotStoppedByAPeerThatTakesOneRequestAtATime() {
        leecher.handle(new TorrentEvent.Resumed());
        leecher.knows(
                new MetadataPeer(world, trueSize()) { // like rtorrent
                    private boolean answering;
                    private boolean stuck;

                    @Override
                    void asked(World.Wire wire, int piece) {
                        stuck |= answering;
                        answering = true;
                        world.time.after(20 * World.MILLI, () -> {
                            if (!stuck) {
                                answering = false;
                                answer(wire, new MetadataMessage.Data(piece, trueSize(), truePiece(piece)));
                            }
                        });
                    }
                });

        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.DOWNLOADING, 5));
    }

    @Test
    void takesPiecesThatDoNotSayTheTotalAgain() {
        leecher.handle(new TorrentEvent.Resumed());
        leecher.knows(
                new MetadataPeer(world, trueSize()) { // like torrent-stream
                    @Override
                    void asked(World.Wire wire, int piece) {
                        answer(wire, new MetadataMessage.Data(piece, OptionalInt.empty(), truePiece(piece)));
                    }
                });

        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.DOWNLOADING, 5));
    }

    @Test
    void aPeerMayFetchOnlySomeCopiesOfUs() {
        World.Node seeder = world.seeder();
        int pieces = MetadataMessage.pieceCount(trueSize());
        World.ScriptedPeer greedy = new MetadataPeer(world, trueSize()) {
            @Override
            void greet(World.Wire wire) {
                super.greet(wire);
                for (int i = 0; i < 100; i++) {
                    wire.send(new PeerMessage.Extended(
                            Extension.METADATA.localId(), new MetadataMessage.Request(i % pieces).write()));
                }
            }
        };
        seeder.knows(greedy);

        world.run(2);

        long served = greedy.received(PeerMessage.Extended.class).stream()
                .filter(message -> message.payload().length > 10_000)
                .count();
        assertEquals(MetadataExchange.MAX_SERVED_COPIES * pieces + MetadataExchange.MAX_REPEATS, served);
    }
}
