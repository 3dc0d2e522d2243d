package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import dev.jackdaw.simulation.VirtualTime;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/// A few engines and scripted peers that talk through queues with latency and bandwidth, in virtual time.
final class World {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    final VirtualTime time = new VirtualTime();
    final Info info;
    final byte[] content;
    private final Map<PeerAddress, Party> parties = new HashMap<>();
    private long latency = 10 * MILLI;
    private int nextHost = 1;
    private long nextIncomingKey = 1;

    World(int length, int pieceLength) {
        content = new byte[length];
        new SplittableRandom(42).nextBytes(content);
        info = info(content, pieceLength);
    }

    World latencyMillis(long millis) {
        latency = millis * MILLI;
        return this;
    }

    static Info info(byte[] content, int pieceLength) {
        int pieces = (content.length + pieceLength - 1) / pieceLength;
        ByteBuffer hashes = ByteBuffer.allocate(20 * pieces);
        for (int piece = 0; piece < pieces; piece++) {
            int from = piece * pieceLength;
            hashes.put(sha1(Arrays.copyOfRange(content, from, Math.min(content.length, from + pieceLength))));
        }
        Map<String, BencodeValue> entries = new LinkedHashMap<>();
        entries.put("length", new Int(content.length));
        entries.put("name", ByteString.of("content"));
        entries.put("piece length", new Int(pieceLength));
        entries.put("pieces", new ByteString(hashes.array()));
        try {
            return Info.parse(BencodeWriter.write(Dictionary.of(entries)));
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Something that listens.
    interface Party {
        PeerAddress address();

        Handshake handshake();

        void connected(Wire wire, boolean incoming, Handshake theirs);

        void received(Wire wire, PeerMessage message);

        void closed(Wire wire, String reason);
    }

    /// One end of a connection: bytes leave in order, at the sender's rate.
    final class Wire {
        final Party owner;
        final PeerKey key;
        Wire other;
        boolean open = true;
        long busyUntil;
        long bytesPerSecond;

        Wire(Party owner, PeerKey key) {
            this.owner = owner;
            this.key = key;
            this.bytesPerSecond = 100_000_000;
        }

        void send(PeerMessage message) {
            send(message, () -> {});
        }

        void send(PeerMessage message, Runnable sent) {
            int bytes =
                    message instanceof PeerMessage.Piece piece ? piece.data().remaining() + 13 : 17;
            busyUntil = Math.max(busyUntil, time.nanos()) + bytes * SECOND / bytesPerSecond;
            time.at(busyUntil, sent);
            time.at(busyUntil + latency, () -> {
                if (other.open) {
                    other.owner.received(other, message);
                }
            });
        }

        void close(String reason) {
            if (open) {
                open = false;
                time.after(0, () -> owner.closed(this, reason));
                time.after(latency, () -> {
                    if (other.open) {
                        other.open = false;
                        other.owner.closed(other, "closed by the remote side");
                    }
                });
            }
        }
    }

    void connect(Party from, PeerKey key, PeerAddress to, Runnable failed) {
        time.after(2 * latency, () -> {
            Party target = parties.get(to);
            if (target == null) {
                failed.run();
                return;
            }
            Wire ours = new Wire(from, key);
            Wire theirs = new Wire(target, new PeerKey(nextIncomingKey));
            nextIncomingKey += 2;
            ours.other = theirs;
            theirs.other = ours;
            target.connected(theirs, true, from.handshake());
            from.connected(ours, false, target.handshake());
        });
    }

    void run(double seconds) {
        time.runUntil(time.nanos() + (long) (seconds * SECOND));
    }

    boolean runUntil(BooleanSupplier condition, double seconds) {
        return time.runUntil(condition, time.nanos() + (long) (seconds * SECOND));
    }

    private PeerAddress newAddress() {
        int host = nextHost++;
        return PeerAddress.of(new byte[] {(byte) 198, 51, (byte) (host >> 8), (byte) host}, 6881);
    }

    // ---- an engine and its driver

    static EngineConfig config() {
        return new EngineConfig(new PeerId(1, 2, 3), 6881, "Jackdaw test", false, true, true, 80, 50, 8);
    }

    Node node() {
        return new Node(config());
    }

    Node node(EngineConfig config) {
        return new Node(config);
    }

    Node seeder() {
        Node node = new Node(config());
        node.handle(new TorrentEvent.InfoKnown(info));
        node.disk.full();
        node.handle(new TorrentEvent.PiecesVerified(Bitfield.full(info.layout().pieceCount())));
        node.handle(new TorrentEvent.Resumed());
        return node;
    }

    Node leecher() {
        return leecher(config());
    }

    Node leecher(EngineConfig config) {
        Node node = new Node(config);
        node.handle(new TorrentEvent.InfoKnown(info));
        node.handle(new TorrentEvent.PiecesVerified(new Bitfield(info.layout().pieceCount())));
        node.handle(new TorrentEvent.Resumed());
        return node;
    }

    /// What an engine has stored.
    final class Disk {
        final byte[] data = new byte[content.length];
        final Map<Integer, byte[]> buffers = new HashMap<>();

        void full() {
            System.arraycopy(content, 0, data, 0, content.length);
        }

        void store(int piece, int begin, ByteBuffer block) {
            byte[] buffer =
                    buffers.computeIfAbsent(piece, p -> new byte[info.layout().length(p)]);
            block.duplicate().get(buffer, begin, block.remaining());
        }
    }

    /// Memory for pieces in the making that counts.
    static final class CountedBudget implements BufferBudget {
        long limit = Long.MAX_VALUE;
        long reserved;

        @Override
        public boolean tryReserve(int bytes) {
            if (reserved > 0 && reserved + bytes > limit) {
                return false;
            }
            reserved += bytes;
            return true;
        }

        @Override
        public void release(int bytes) {
            reserved -= bytes;
            if (reserved < 0) {
                throw new IllegalStateException("released " + -reserved + " bytes more than were reserved");
            }
        }

        @Override
        public boolean isAmple() {
            return reserved <= limit / 2;
        }
    }

    final class Node implements Party {
        final PeerAddress address = newAddress();
        final CountedBudget budget = new CountedBudget();
        final Disk disk = new Disk();
        final TorrentEngine engine;
        final List<TorrentEffect> effects = new ArrayList<>();
        final List<TorrentEffect.Notice> notices = new ArrayList<>();
        final Map<PeerKey, Wire> wires = new LinkedHashMap<>();
        final EngineConfig config;
        long bytesPerSecond = 100_000_000;
        long timerAt = Long.MAX_VALUE;
        boolean diskFails;

        Node(EngineConfig base) {
            PeerId id = new PeerId(
                    address.low(), base.peerId().middle(), base.peerId().low());
            config = new EngineConfig(
                    id,
                    base.port(),
                    base.clientName(),
                    base.dht(),
                    base.utp(),
                    base.peerExchange(),
                    base.maxConnections(),
                    base.maxHalfOpen(),
                    base.uploadSlots());
            parties.put(address, this);
            engine = new TorrentEngine(
                    info.infoHash(), config, new SplittableRandom(address.low()), budget, this::perform);
        }

        @Override
        public PeerAddress address() {
            return address;
        }

        @Override
        public Handshake handshake() {
            return new Handshake(ReservedBits.ours(config.dht()), info.infoHash(), config.peerId());
        }

        void handle(TorrentEvent event) {
            engine.handle(event, time.nanos());
            armTimer();
        }

        private void armTimer() {
            long next = engine.nextTimeoutNanos();
            if (next < timerAt) {
                timerAt = next;
                time.at(Math.max(next, time.nanos()), () -> {
                    if (timerAt == next) {
                        timerAt = Long.MAX_VALUE;
                        handle(new TorrentEvent.TimerElapsed());
                        armTimer();
                    }
                });
            }
        }

        void knows(Party... others) {
            handle(new TorrentEvent.PeersFound(
                    PeerSource.USER, Arrays.stream(others).map(Party::address).toList()));
        }

        /// That peer dials this node.
        void arrives(Party other) {
            connect(other, new PeerKey(0), address, () -> {});
        }

        /// A stranger dials this node from another peer's host, under its id.
        void arrivesAs(Party other, Party stranger) {
            Wire ours = new Wire(this, new PeerKey(nextIncomingKey));
            Wire theirs = new Wire(stranger, new PeerKey(0));
            nextIncomingKey += 2;
            ours.other = theirs;
            theirs.other = ours;
            wires.put(ours.key, ours);
            handle(new TorrentEvent.PeerConnected(ours.key, other.address().withPort(50_000), true, other.handshake()));
        }

        /// A stranger dials this node from that address; it only hears that the connection was closed if it is
        /// refused.
        void arrivesFrom(PeerAddress from, Party stranger) {
            Wire ours = new Wire(this, new PeerKey(nextIncomingKey));
            Wire theirs = new Wire(stranger, new PeerKey(0));
            nextIncomingKey += 2;
            ours.other = theirs;
            theirs.other = ours;
            wires.put(ours.key, ours);
            handle(new TorrentEvent.PeerConnected(ours.key, from, true, stranger.handshake()));
            if (ours.open) {
                stranger.connected(theirs, false, handshake());
            }
        }

        boolean isComplete() {
            return engine.phase() == Phase.SEEDING;
        }

        EngineSnapshot snapshot() {
            return engine.snapshot(time.nanos());
        }

        <T extends TorrentEffect> List<T> effects(Class<T> type) {
            return effects.stream().filter(type::isInstance).map(type::cast).toList();
        }

        @Override
        public void connected(Wire wire, boolean incoming, Handshake theirs) {
            wire.bytesPerSecond = bytesPerSecond;
            wires.put(wire.key, wire);
            PeerAddress remote = wire.other.owner.address();
            handle(new TorrentEvent.PeerConnected(
                    wire.key,
                    incoming ? remote.withPort(40_000 + (int) (wire.key.number() % 20_000)) : remote,
                    incoming,
                    theirs));
        }

        @Override
        public void received(Wire wire, PeerMessage message) {
            handle(new TorrentEvent.MessageReceived(wire.key, message));
            handle(new TorrentEvent.ReadCompleted(wire.key));
        }

        @Override
        public void closed(Wire wire, String reason) {
            wires.remove(wire.key);
            handle(new TorrentEvent.PeerDisconnected(wire.key, reason));
        }

        private void perform(TorrentEffect effect) {
            if (!(effect instanceof TorrentEffect.StoreBlock)) {
                effects.add(effect);
            }
            switch (effect) {
                case TorrentEffect.Connect(PeerKey key, PeerAddress to, PeerSource _) ->
                    connect(this, key, to, () -> handle(new TorrentEvent.ConnectFailed(key, to, "refused")));
                case TorrentEffect.Disconnect(PeerKey key, String reason) -> {
                    Wire wire = wires.get(key);
                    if (wire != null) {
                        wire.close(reason);
                    }
                }
                case TorrentEffect.Send(PeerKey key, PeerMessage message) ->
                    wires.get(key).send(message);
                case TorrentEffect.SendBlocks(PeerKey key, List<BlockRequest> blocks) -> sendBlocks(key, blocks);
                case TorrentEffect.StoreBlock(int piece, int begin, ByteBuffer data) -> disk.store(piece, begin, data);
                case TorrentEffect.CompletePiece(int piece, boolean digests) -> complete(piece, digests);
                case TorrentEffect.DropPiece(int piece) -> disk.buffers.remove(piece);
                case TorrentEffect.MetadataReceived(byte[] bytes) ->
                    time.after(MILLI, () -> {
                        handle(new TorrentEvent.InfoKnown(info));
                        handle(new TorrentEvent.PiecesVerified(
                                new Bitfield(info.layout().pieceCount())));
                    });
                case TorrentEffect.Announce _,
                        TorrentEffect.LookUpPeers _,
                        TorrentEffect.DhtNodeSeen _,
                        TorrentEffect.Distrust _ -> {}
                case TorrentEffect.Publish(TorrentEffect.Notice notice) -> notices.add(notice);
            }
        }

        private void sendBlocks(PeerKey key, List<BlockRequest> blocks) {
            Wire wire = wires.get(key);
            for (BlockRequest block : blocks) {
                int from = (int) (info.layout().offset(block.piece()) + block.begin());
                ByteBuffer data =
                        ByteBuffer.wrap(disk.data, from, block.length()).slice();
                wire.send(
                        new PeerMessage.Piece(block.piece(), block.begin(), data),
                        () -> handle(new TorrentEvent.BlocksSent(key, 1, block.length())));
            }
        }

        private void complete(int piece, boolean digests) {
            byte[] buffer = disk.buffers.get(piece).clone();
            time.after(MILLI, () -> {
                if (diskFails) {
                    disk.buffers.remove(piece);
                    handle(new TorrentEvent.StorageFailed("write", "content", "no space left"));
                } else if (info.matches(piece, sha1(buffer))) {
                    disk.buffers.remove(piece);
                    System.arraycopy(buffer, 0, disk.data, (int) info.layout().offset(piece), buffer.length);
                    handle(new TorrentEvent.PieceStored(piece, digests ? digests(buffer) : new long[0]));
                } else {
                    handle(new TorrentEvent.PieceFailed(piece, digests(buffer)));
                }
            });
        }

        private long[] digests(byte[] buffer) {
            long[] digests = new long[(buffer.length + 16383) / 16384];
            for (int block = 0; block < digests.length; block++) {
                int from = block * 16384;
                digests[block] =
                        Arrays.hashCode(Arrays.copyOfRange(buffer, from, Math.min(buffer.length, from + 16384)));
            }
            return digests;
        }
    }

    // ---- scripted peers

    /// A peer that does what its script says; without one, an honest seeder.
    class ScriptedPeer implements Party {
        final PeerAddress address = newAddress();
        final List<PeerMessage> received = new ArrayList<>();
        final List<String> closed = new ArrayList<>();
        ReservedBits reserved = ReservedBits.ours(false);
        long bytesPerSecond = 100_000_000;

        ScriptedPeer() {
            parties.put(address, this);
        }

        @Override
        public PeerAddress address() {
            return address;
        }

        @Override
        public Handshake handshake() {
            return new Handshake(reserved, info.infoHash(), new PeerId(9, 9, (int) address.low()));
        }

        @Override
        public void connected(Wire wire, boolean incoming, Handshake theirs) {
            wire.bytesPerSecond = bytesPerSecond;
            greet(wire);
        }

        void greet(Wire wire) {
            wire.send(new PeerMessage.HaveAll());
        }

        @Override
        public void received(Wire wire, PeerMessage message) {
            received.add(message);
            switch (message) {
                case PeerMessage.Interested() -> interested(wire);
                case PeerMessage.Request(BlockRequest block) -> requested(wire, block);
                case PeerMessage.Extended(int id, byte[] payload) -> extended(wire, id, payload);
                default -> {}
            }
        }

        void interested(Wire wire) {
            wire.send(new PeerMessage.Unchoke());
        }

        void requested(Wire wire, BlockRequest block) {
            wire.send(new PeerMessage.Piece(block.piece(), block.begin(), ByteBuffer.wrap(bytes(block))));
        }

        void extended(Wire wire, int id, byte[] payload) {}

        @Override
        public void closed(Wire wire, String reason) {
            closed.add(reason);
        }

        <T extends PeerMessage> List<T> received(Class<T> type) {
            return received.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    byte[] bytes(BlockRequest block) {
        int from = (int) (info.layout().offset(block.piece()) + block.begin());
        return Arrays.copyOfRange(content, from, from + block.length());
    }

    /// A seeder whose blocks are wrong where the test says so.
    ScriptedPeer liar(IntPredicate wrongBlock) {
        return new ScriptedPeer() {
            private int count;

            @Override
            void requested(Wire wire, BlockRequest block) {
                byte[] data = bytes(block);
                if (wrongBlock.test(count++)) {
                    data[7] ^= 1;
                }
                wire.send(new PeerMessage.Piece(block.piece(), block.begin(), ByteBuffer.wrap(data)));
            }
        };
    }
}
