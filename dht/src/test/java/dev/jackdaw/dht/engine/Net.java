package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcDecoder;
import dev.jackdaw.dht.krpc.KrpcEncoder;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.Alarm;
import dev.jackdaw.simulation.Seed;
import dev.jackdaw.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A small DHT in virtual time: every message is encoded and decoded on its way, which takes 10 to 60 ms.
final class Net {
    static final long SECOND = 1_000_000_000L;

    final VirtualTime time = new VirtualTime();
    final List<Node> nodes = new ArrayList<>();
    private final Map<PeerAddress, Node> byAddress = new HashMap<>();
    private final Seed seed;
    private final RandomGenerator latency;

    Net(Seed seed) {
        this.seed = seed;
        this.latency = seed.random("latency");
    }

    /// A node with its place in the network.
    final class Node {
        final PeerAddress address;
        final DhtEngine engine;
        boolean isDead;
        private final Alarm alarm = new Alarm(time, this::elapsed);

        Node(PeerAddress address, EngineConfig config, int index) {
            this.address = address;
            this.engine =
                    new DhtEngine(config, seed.random("node", index), (message, to) -> carry(message, address, to));
        }

        private void elapsed() {
            if (!isDead) {
                engine.elapsed(time.nanos());
                alarm.set(engine.nextTimeoutNanos());
            }
        }

        NodeId id() {
            return engine.id(address.v6()).orElseThrow();
        }

        void start(Node... known) {
            for (Node other : known) {
                engine.addNode(other.address, time.nanos());
            }
            engine.start(time.nanos());
            alarm.set(engine.nextTimeoutNanos());
        }

        /// Runs a search to its end.
        SearchReport search(SearchRequest request, SearchListener listener) {
            List<SearchReport> reports = new ArrayList<>();
            engine.search(request, new Relay(listener, reports), time.nanos());
            alarm.set(engine.nextTimeoutNanos());
            if (!time.runUntil(() -> !reports.isEmpty(), time.nanos() + 120 * SECOND)) {
                throw new AssertionError("a search that does not end, " + seed.describe());
            }
            return reports.getFirst();
        }

        private void receive(byte[] datagram, PeerAddress from) {
            if (!isDead) {
                engine.received(
                        new KrpcDecoder().decode(datagram, datagram.length), datagram.length, from, time.nanos());
                alarm.set(engine.nextTimeoutNanos());
            }
        }
    }

    private record Relay(SearchListener listener, List<SearchReport> reports) implements SearchListener {
        @Override
        public void peersFound(dev.jackdaw.dht.NodeContact from, KrpcMessage.Peers peers) {
            listener.peersFound(from, peers);
        }

        @Override
        public void itemFound(dev.jackdaw.dht.NodeContact from, dev.jackdaw.dht.DhtItem item) {
            listener.itemFound(from, item);
        }

        @Override
        public void samplesFound(dev.jackdaw.dht.NodeContact from, KrpcMessage.Samples samples) {
            listener.samplesFound(from, samples);
        }

        @Override
        public void finished(SearchReport report) {
            reports.add(report);
        }
    }

    Node node(EngineConfig config) {
        int index = nodes.size();
        // one host in each /16, so that no rule about neighbourhoods plays a part
        PeerAddress address = new PeerAddress(0, (20L << 24) + ((long) index << 16) + 1, false, 6881);
        Node node = new Node(address, config, index);
        nodes.add(node);
        byAddress.put(address, node);
        return node;
    }

    /// So many nodes, each of which begins with the first and one that came before it.
    Net grow(int count) {
        RandomGenerator random = seed.random("bootstrap");
        for (int i = 0; i < count; i++) {
            Node node = node(EngineConfig.ordinary());
            node.start(i == 0 ? new Node[0] : new Node[] {nodes.getFirst(), nodes.get(random.nextInt(i))});
            time.runUntil(time.nanos() + SECOND / 2);
        }
        time.runUntil(time.nanos() + 30 * SECOND);
        return this;
    }

    private void carry(KrpcMessage message, PeerAddress from, PeerAddress to) {
        KrpcEncoder encoder = new KrpcEncoder();
        int length = encoder.encode(message);
        byte[] datagram = java.util.Arrays.copyOf(encoder.bytes(), length);
        Node receiver = byAddress.get(to);
        if (receiver != null) {
            time.after(10_000_000L + latency.nextLong(50_000_000L), () -> receiver.receive(datagram, from));
        }
    }
}
