package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.tracker.accounts.Accounts;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// A whole tracker as its operator has set it up: a [TrackerServer], and accounts, shared swarms and an
/// administrator's server if the settings ask for them.
public final class Tracker implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Tracker.class.getName());

    /// What has been opened, the last first.
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final TrackerServer server;
    private final Optional<AdminServer> admin;

    /// Opens everything.
    ///
    /// @throws IOException if a part cannot be had; then none is open
    public static Tracker start(TrackerSettings settings) throws IOException {
        return new Tracker(settings);
    }

    private Tracker(TrackerSettings settings) throws IOException {
        Ticker ticker = System::nanoTime;
        TrackerConfig config = settings.tracker();
        boolean done = false;
        try {
            Optional<Accounts> accounts = settings.accounts().enabled()
                    ? Optional.of(open(
                            Accounts.open(settings.accounts(), config.peerTimeout(), InstantSource.system(), ticker)))
                    : Optional.empty();
            MemorySwarmStore memory = TrackerServer.memoryStore(config);
            Optional<RedisSwarmStore> redis = settings.redis().url().isPresent()
                    ? Optional.of(RedisSwarmStore.open(settings.redis(), config.peerTimeout(), memory, ticker))
                    : Optional.empty();
            SwarmStore store = redis.isPresent() ? redis.get() : memory;
            AnnouncePolicy policy =
                    accounts.<AnnouncePolicy>map(PrivatePolicy::new).orElse(AnnouncePolicy.OPEN);
            server = open(TrackerServer.start(config, store, policy));
            admin = settings.admin().enabled()
                    ? Optional.of(open(AdminServer.start(
                            settings.admin(),
                            new AdminApi(server, config, accounts, redis),
                            new Metrics(server, accounts, redis),
                            new StatusPage(server, accounts, redis))))
                    : Optional.empty();
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    public TrackerServer server() {
        return server;
    }

    /// The port of the administrator's server, if there is one.
    public Optional<Integer> adminPort() {
        return admin.map(AdminServer::port);
    }

    /// Closes everything, the last opened first: announces end, and what they left is recorded.
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOGGER.log(System.Logger.Level.ERROR, "closing", e);
            }
        }
    }
}
