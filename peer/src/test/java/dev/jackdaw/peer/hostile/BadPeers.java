package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.wire.MessageId;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/// Twelve kinds of peers that promise everything and deliver trouble.
final class BadPeers {
    private BadPeers() {}

    static List<ScriptedPeer> all(HostileTorrent torrent) {
        return List.of(
                new Corrupter("corrupts every block", torrent, 1),
                new Corrupter("corrupts one block in seven", torrent, 7),
                new ScriptedPeer("sends what nobody asked for", torrent) {
                    @Override
                    void interested(Talk talk) throws IOException {
                        super.interested(talk);
                        byte[] garbage = new byte[16 << 10];
                        try {
                            for (int i = 0; i < 2_000; i++) {
                                talk.sendBlock(i % torrent.pieces(), 0, garbage);
                            }
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                },
                new ScriptedPeer("sends each block eight times", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
                        for (int i = 0; i < 8; i++) {
                            super.requested(talk, request);
                        }
                    }
                },
                new ScriptedPeer("sends half of each block", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
                        int piece = request.integer(0);
                        talk.sendBlock(piece, request.integer(1), torrent.block(piece, request.integer(1), 8 << 10));
                    }
                },
                new ScriptedPeer("sends blocks at another offset", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
                        int begin = request.integer(1) + 1;
                        talk.sendBlock(request.integer(0), begin, torrent.block(request.integer(0), begin, 16 << 10));
                    }
                },
                new ScriptedPeer("answers nothing", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) {}
                },
                new ScriptedPeer("rejects everything", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException {
                        talk.wire.write(Wire.frame(MessageId.REJECT, request.payload()));
                    }
                },
                new ScriptedPeer("chokes at every request", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException {
                        talk.wire.write(Wire.frame(MessageId.CHOKE), Wire.frame(MessageId.UNCHOKE));
                    }
                },
                new ScriptedPeer("sends a block in three seconds", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
                        Thread.sleep(3_000);
                        super.requested(talk, request);
                    }
                },
                new ScriptedPeer("begins a block and sends a byte a second", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
                        byte[] message = Wire.block(
                                request.integer(0),
                                request.integer(1),
                                torrent.block(request.integer(0), request.integer(1), request.integer(2)));
                        for (byte each : message) {
                            talk.wire.write(new byte[] {each});
                            Thread.sleep(1_000);
                        }
                    }
                },
                new ScriptedPeer("hangs up at the first request", torrent) {
                    @Override
                    void requested(Talk talk, Wire.Frame request) {
                        talk.wire.close();
                    }
                });
    }

    /// Sends a wrong byte in one of so many blocks.
    static final class Corrupter extends ScriptedPeer {
        private final int of;
        private final Random random = new Random(5);

        Corrupter(String name, HostileTorrent torrent, int of) {
            super(name, torrent);
            this.of = of;
        }

        @Override
        void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
            int piece = request.integer(0);
            byte[] data = torrent.block(piece, request.integer(1), request.integer(2));
            if (random.nextInt(of) == 0) {
                data[random.nextInt(data.length)] ^= 0x10;
            }
            talk.sendBlock(piece, request.integer(1), data);
        }
    }
}
