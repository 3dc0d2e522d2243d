package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.wire.MetadataMessage;
import java.io.IOException;
import java.util.List;

/// Thirteen kinds of peers that lie about the info dictionary.
final class MetadataLiars {
    private MetadataLiars() {}

    static List<ScriptedPeer> all(HostileTorrent torrent) {
        return List.of(
                new Claiming("says one byte", torrent, 1),
                new Claiming("says one byte too few", torrent, torrent.info().length - 1),
                new Claiming("says one byte too many", torrent, torrent.info().length + 1),
                new Claiming("says 31 MiB and sends it", torrent, 31 << 20),
                new Claiming("says 31 MiB and sends 100 KiB a second", torrent, 31 << 20).bytesPerSecond(100 << 10),
                new Claiming("says 2 GiB", torrent, Integer.MAX_VALUE),
                new Claiming("says nothing at all", torrent, 0),
                new ScriptedPeer("sends the right size and wrong bytes", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
                        talk.sendMetadata(garbage(piece, torrent.info().length));
                    }
                },
                new ScriptedPeer("rejects", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
                        talk.sendMetadata(new MetadataMessage.Reject(piece).write());
                    }
                },
                new ScriptedPeer("is silent", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) {}
                },
                new ScriptedPeer("sends another piece", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
                        int size = torrent.info().length;
                        talk.sendMetadata(garbage((piece + 1) % MetadataMessage.pieceCount(size), size));
                    }
                },
                new ScriptedPeer("sends half a piece", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
                        byte[] whole = garbage(piece, torrent.info().length);
                        talk.sendMetadata(java.util.Arrays.copyOf(whole, whole.length / 2));
                    }
                },
                new ScriptedPeer("sends a piece in two seconds", torrent) {
                    @Override
                    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
                        Thread.sleep(2_000);
                        talk.sendMetadata(garbage(piece, torrent.info().length));
                    }
                });
    }

    private static byte[] garbage(int piece, int size) {
        return new MetadataMessage.Data(piece, size, new byte[MetadataMessage.pieceLength(piece, size)]).write();
    }

    /// Claims a size, and sends zeros.
    private static final class Claiming extends ScriptedPeer {
        private final int size;

        Claiming(String name, HostileTorrent torrent, int size) {
            super(name, torrent);
            this.size = size;
        }

        @Override
        int metadataSize() {
            return size;
        }

        @Override
        void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
            talk.sendMetadata(garbage(piece, size));
        }
    }
}
