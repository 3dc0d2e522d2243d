package dev.jackdaw.peer.simulation;

import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.TorrentEvent;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.simulation.SimulatedConnection;
import dev.jackdaw.simulation.SimulatedHost;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a [SimulatedPeer]: handshakes, messages in and out, and blocks that wait for
/// the uplink. It carries [Handshake] and [PeerMessage] values.
final class SimulatedLink implements SimulatedHost.Dialer<Object>, SimulatedConnection.Receiver<Object> {
    /// Blocks handed to the uplink at a time, as a socket's send buffer would hold; few, so that
    /// connections share it fairly.
    private static final int UPLINK_BLOCKS = 4;
    /// Blocks an engine may have handed to one connection without having heard that they were sent.
    private static final int MAX_WAITING_BLOCKS = 4_096;

    final PeerKey key;
    private final SimulatedPeer peer;
    private final PeerAddress address;
    private final boolean incoming;
    private final ArrayDeque<BlockRequest> waiting = new ArrayDeque<>(0);
    private final ArrayDeque<BlockRequest> inUplink = new ArrayDeque<>(0);
    private final Runnable departed = this::departed;
    private @Nullable SimulatedConnection<Object> connection;
    private boolean established;
    private boolean closed;

    SimulatedLink(SimulatedPeer peer, PeerKey key, PeerAddress address, boolean incoming) {
        this.peer = peer;
        this.key = key;
        this.address = address;
        this.incoming = incoming;
    }

    void open(SimulatedConnection<Object> opened) {
        connection = opened;
    }

    /// Whether both handshakes are done.
    boolean isEstablished() {
        return established;
    }

    void close(String reason) {
        closed = true;
        connection().close(reason);
    }

    void send(PeerMessage message) {
        connection().send(message, wireLength(message));
    }

    void send(List<BlockRequest> blocks) {
        waiting.addAll(blocks);
        if (waiting.size() > MAX_WAITING_BLOCKS) {
            peer.swarm.violations().add("%s has %d blocks queued on one connection", peer, waiting.size());
        }
        pump();
    }

    @Override
    public SimulatedConnection.Receiver<Object> connected(SimulatedConnection<Object> opened) {
        opened.send(peer.handshake(), Handshake.LENGTH);
        return this;
    }

    @Override
    public void failed(String reason) {
        peer.forget(this);
        peer.handle(new TorrentEvent.ConnectFailed(key, address, reason));
    }

    @Override
    public void received(Object message) {
        if (closed) {
            return;
        }
        switch (message) {
            case Handshake handshake -> {
                established = true;
                if (incoming) {
                    connection().send(peer.handshake(), Handshake.LENGTH);
                }
                peer.connected(this, new TorrentEvent.PeerConnected(key, address, incoming, handshake));
            }
            case PeerMessage received -> {
                if (received instanceof PeerMessage.Piece piece) {
                    peer.swarm.payloadReceived(piece.data().remaining());
                }
                peer.handle(new TorrentEvent.MessageReceived(key, received));
            }
            default -> throw new IllegalStateException("a " + message.getClass() + " on the wire");
        }
        if (!closed) {
            peer.handle(new TorrentEvent.ReadCompleted(key));
        }
    }

    @Override
    public void closed(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        peer.forget(this);
        if (established) {
            peer.handle(new TorrentEvent.PeerDisconnected(key, reason));
        } else if (!incoming) {
            peer.handle(new TorrentEvent.ConnectFailed(key, address, reason));
        }
    }

    private void pump() {
        while (!closed && inUplink.size() < UPLINK_BLOCKS && !waiting.isEmpty()) {
            BlockRequest block = waiting.removeFirst();
            inUplink.add(block);
            if (peer.behaviour() == Behaviour.FREE_RIDER) {
                peer.swarm.time().after(0, departed);
            } else {
                connection().send(message(block), wireLength(block.length()), departed);
            }
        }
    }

    private PeerMessage.Piece message(BlockRequest block) {
        VirtualContent content = peer.swarm.content();
        if (!content.layout().isBlock(block) || !peer.disk.have().get(block.piece())) {
            peer.swarm.violations().add("%s sends %s, which it has not", peer, block);
        }
        ByteBuffer data = peer.behaviour() == Behaviour.CORRUPTER
                ? content.garbage(block.length())
                : content.block(block.piece(), block.begin());
        return new PeerMessage.Piece(block.piece(), block.begin(), data);
    }

    private void departed() {
        BlockRequest block = inUplink.removeFirst();
        if (!closed) {
            peer.handle(new TorrentEvent.BlocksSent(key, 1, block.length()));
            pump();
        }
    }

    private SimulatedConnection<Object> connection() {
        SimulatedConnection<Object> open = connection;
        if (open == null) {
            throw new IllegalStateException("connection " + key + " of " + peer + " was never opened");
        }
        return open;
    }

    private static int wireLength(PeerMessage message) {
        return switch (message) {
            case PeerMessage.KeepAlive _ -> 4;
            case PeerMessage.Choke _,
                    PeerMessage.Unchoke _,
                    PeerMessage.Interested _,
                    PeerMessage.NotInterested _,
                    PeerMessage.HaveAll _,
                    PeerMessage.HaveNone _ -> 5;
            case PeerMessage.Port _ -> 7;
            case PeerMessage.Have _, PeerMessage.Suggest _, PeerMessage.AllowedFast _ -> 9;
            case PeerMessage.Request _, PeerMessage.Cancel _, PeerMessage.Reject _ -> 17;
            case PeerMessage.HaveBitfield(byte[] bits) -> 5 + bits.length;
            case PeerMessage.Piece piece -> wireLength(piece.data().remaining());
            case PeerMessage.Extended extended -> 6 + extended.payload().length;
            case PeerMessage.Unknown unknown -> 5 + unknown.length();
        };
    }

    private static int wireLength(int payload) {
        return 13 + payload;
    }
}
