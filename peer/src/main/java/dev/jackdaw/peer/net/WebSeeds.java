package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.TorrentEvent;
import dev.jackdaw.peer.engine.TorrentEvent.MessageReceived;
import dev.jackdaw.peer.engine.TorrentEvent.PeerConnected;
import dev.jackdaw.peer.engine.TorrentEvent.PeerDisconnected;
import dev.jackdaw.peer.engine.TorrentEvent.ReadCompleted;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.HttpException;
import dev.jackdaw.peer.webseed.FileServer;
import dev.jackdaw.peer.webseed.SeedScript;
import dev.jackdaw.peer.webseed.WebSeed;
import dev.jackdaw.peer.webseed.WebSeedPeer;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.Printable;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.wire.PeerMessage;
import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The web seeds of one torrent (BEP 17, 19), attached to its engine as if they were peers for as long as it downloads.
///
/// To the engine each is an incoming peer at an address of its own from the documentation range 192.0.2.0/24 (RFC
/// 5737), with port 0: no peer can be there, it is never dialled, told to others or remembered, and when the seed is
/// proven to lie, the ban meets nobody but the seed.
///
/// Owned by the torrent's loop.
final class WebSeeds {
    /// Web seeds attached at a time; others wait until one of these is gone.
    static final int MAX_ATTACHED = 4;
    /// Web seeds of a torrent; more are ignored.
    static final int MAX_SEEDS = 64;

    /// After the engine has let go of a seed that did not fail: to make room for peers, or because it was idle.
    private static final Duration REATTACH = Duration.ofSeconds(30);
    /// Characters of a URL that are shown.
    private static final int MAX_TEXT = 200;

    private static final Logger LOGGER = System.getLogger(WebSeeds.class.getName());

    /// The driver, as the web seeds see it.
    interface Driver {
        /// A key for a connection that the engine did not ask for.
        PeerKey newKey();

        /// Hands an event to the engine, at the latest when the engine returns.
        void handle(TorrentEvent event);

        /// All that came together was handed over.
        void endPass();

        /// Payload has come.
        void countReceived(int bytes);

        /// A seed is not dealt with any more.
        void webSeedDropped(String reason);
    }

    private final EventLoop loop;
    private final HttpAgent agent;
    private final boolean localAllowed;
    private final Driver driver;
    private final List<Seed> seeds = new ArrayList<>();
    private final Map<PeerKey, Attached> attached = new LinkedHashMap<>();
    private boolean running;

    private static final class Seed {
        final WebSeed source;
        final PeerAddress address;
        final PeerId id;
        int failures;
        boolean attached;
        boolean dropped;
        /// Whether it was the last time the server that ended it.
        boolean failed;
        /// Ends its rest, after which it may be attached again; `null` when it does not rest.
        @Nullable
        Future<?> rest;

        Seed(WebSeed source, int index) {
            this.source = source;
            this.address = PeerAddress.of(new byte[] {(byte) 192, 0, 2, (byte) (index + 1)}, 0);
            this.id = PeerId.of("-WS0000-%012d".formatted(index).getBytes(StandardCharsets.US_ASCII));
        }

        boolean isFree() {
            return !attached && !dropped && rest == null;
        }

        void endRest() {
            if (rest != null) {
                rest.cancel(false);
                rest = null;
            }
        }

        String name() {
            return "web seed " + Printable.of(source.url().toString(), MAX_TEXT);
        }
    }

    /// @param localAllowed whether a web seed may be on this machine or a private network
    WebSeeds(EventLoop loop, HttpAgent agent, boolean localAllowed, Driver driver) {
        this.loop = loop;
        this.agent = agent;
        this.localAllowed = localAllowed;
        this.driver = driver;
    }

    /// Takes the torrent's web seeds, once its metadata is known; only the first time.
    void use(Metainfo metainfo) {
        if (seeds.isEmpty()) {
            Info info = metainfo.info();
            use(metainfo.webSeeds(), url -> new FileServer(info, url, agent, localAllowed));
            use(metainfo.httpSeeds(), url -> new SeedScript(info, url, agent, localAllowed));
        }
    }

    /// Makes a web seed of a URL.
    private interface Maker {
        WebSeed make(String url) throws HttpException;
    }

    private void use(List<String> urls, Maker maker) {
        for (String url : urls.stream().distinct().toList()) {
            try {
                if (seeds.size() < MAX_SEEDS) {
                    seeds.add(new Seed(maker.make(url), seeds.size()));
                }
            } catch (HttpException e) {
                LOGGER.log(Level.DEBUG, "no web seed: {0}", e.getMessage());
            }
        }
    }

    /// Attaches seeds, or lets go of all; to be called whenever the torrent may have begun or ceased to download.
    void run(boolean downloading) {
        if (running == downloading) {
            return;
        }
        running = downloading;
        if (downloading) {
            attachMore();
        } else {
            List.copyOf(attached.values()).forEach(each -> detach(each, "nothing to download"));
            // those that the engine let go of for a pause are free when it goes on; failed ones still wait
            seeds.stream().filter(seed -> !seed.failed).forEach(Seed::endRest);
        }
    }

    /// Lets go of all without another word to the engine.
    void close() {
        running = false;
        attached.values().forEach(each -> each.peer().close());
        seeds.forEach(Seed::endRest);
        attached.clear();
    }

    /// Takes a message of the engine; says whether the peer is one of these.
    boolean send(PeerKey key, PeerMessage message) {
        Attached to = attached.get(key);
        if (to != null) {
            to.peer().send(message);
        }
        return to != null;
    }

    /// The engine lets go of a peer; says whether it was one of these.
    boolean disconnect(PeerKey key, String reason) {
        Attached of = attached.get(key);
        if (of == null) {
            return false;
        }
        detach(of, reason);
        of.seed.failed = false;
        rest(of.seed, REATTACH);
        return true;
    }

    /// The engine has banned an address; says whether it was one of these, which is then dropped for good.
    boolean banned(PeerAddress address, String proof) {
        for (Seed seed : seeds) {
            if (seed.address.equals(address)) {
                drop(seed, proof);
                return true;
            }
        }
        return false;
    }

    /// What to call the seed that the engine knows by that address.
    Optional<String> name(PeerAddress address) {
        for (Seed seed : seeds) {
            if (seed.address.equals(address)) {
                return Optional.of(seed.name());
            }
        }
        return Optional.empty();
    }

    private void attachMore() {
        for (int i = 0; i < seeds.size() && running && attached.size() < MAX_ATTACHED; i++) {
            Seed seed = seeds.get(i);
            if (seed.isFree() && !seed.source.have().isEmpty()) {
                attach(seed);
            }
        }
    }

    private void attach(Seed seed) {
        Attached connection = new Attached(seed, driver.newKey());
        seed.attached = true;
        attached.put(connection.key, connection);
        driver.handle(new PeerConnected(
                connection.key, seed.address, true, connection.peer().handshake(seed.id)));
        for (PeerMessage message : connection.peer().greeting()) {
            if (attached.containsKey(connection.key)) { // and not refused
                driver.handle(new MessageReceived(connection.key, message));
            }
        }
        if (attached.containsKey(connection.key)) {
            driver.handle(new ReadCompleted(connection.key));
        }
    }

    private void detach(Attached connection, String reason) {
        if (attached.remove(connection.key, connection)) {
            connection.seed.attached = false;
            connection.peer().close();
            LOGGER.log(Level.DEBUG, "{0}: let go: {1}", connection.seed.name(), reason);
            driver.handle(new PeerDisconnected(connection.key, reason));
        }
    }

    private void rest(Seed seed, Duration delay) {
        seed.endRest();
        seed.rest = loop.schedule(
                () -> {
                    seed.rest = null;
                    attachMore();
                    driver.endPass();
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void drop(Seed seed, String reason) {
        if (!seed.dropped) {
            seed.dropped = true;
            driver.webSeedDropped(seed.name() + " is not used any more: " + reason);
        }
    }

    /// A seed that the engine takes for a connected peer.
    private final class Attached implements WebSeedPeer.Listener {
        private final Seed seed;
        private final PeerKey key;
        private @Nullable WebSeedPeer peer;

        Attached(Seed seed, PeerKey key) {
            this.seed = seed;
            this.key = key;
        }

        /// Made at first use, since it wants its listener whole.
        WebSeedPeer peer() {
            WebSeedPeer made = peer;
            if (made == null) {
                made = new WebSeedPeer(seed.source, seed.failures, this);
                peer = made;
            }
            return made;
        }

        @Override
        public void received(PeerMessage message) {
            onLoop(() -> {
                if (message instanceof PeerMessage.Piece piece) {
                    driver.countReceived(piece.data().remaining());
                }
                driver.handle(new MessageReceived(key, message));
            });
        }

        @Override
        public void readCompleted() {
            onLoop(() -> {
                driver.handle(new ReadCompleted(key));
                driver.endPass();
            });
        }

        @Override
        public void closed(String reason, Optional<Duration> retryIn) {
            onLoop(() -> {
                seed.failed = true;
                seed.failures = peer().failures();
                detach(this, reason);
                if (retryIn.isPresent()) {
                    rest(seed, retryIn.get());
                } else {
                    drop(seed, reason);
                }
                attachMore();
                driver.endPass();
            });
        }

        private void onLoop(Runnable action) {
            try {
                loop.execute(() -> {
                    if (attached.get(key) == this) {
                        action.run();
                    }
                });
            } catch (RejectedExecutionException e) {
                // the session has closed meanwhile, and nobody waits for it
            }
        }
    }
}
