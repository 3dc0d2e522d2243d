package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.accounts.AccountException.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A private tracker's accounts: judges announces, counts what they report, and lets an administrator change
/// users and invites.
///
/// [#judge] may be called on any thread and never waits for the disk or the database. The operations of an
/// administrator do wait for the database.
public final class Accounts implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Accounts.class.getName());
    /// What a participation was credited for is remembered this long after its last report.
    private static final Duration PARTICIPATION_MEMORY = Duration.ofDays(3);

    private static final long EXPIRE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long FORGET_NANOS = Duration.ofHours(1).toNanos();
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

    private final AccountsConfig config;
    private final InstantSource clock;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();
    private final FileChannel lockFile;
    private final UserDirectory directory = new UserDirectory();
    private final Presence presence;
    private final ClientRules clients;
    private final Accounting accounting;
    private final Journal journal;
    private final String node;
    private final JournalWriter writer;
    private final AccountDatabase database;
    /// Held while the database is used, and while what it says is taken into [#directory].
    private final ReentrantLock databaseLock = new ReentrantLock();

    private final LongAdder implausible = new LongAdder();
    private final Thread applier;
    private final Object news = new Object();
    private boolean hasNews; // guarded by news
    private volatile boolean closing;
    private volatile long applied;
    private volatile boolean databaseAvailable = true;

    /// Opens the accounts, and puts what an earlier process has left in its journal into the database.
    ///
    /// @param peerTimeout how long a client counts after its last announce
    /// @throws IOException if the directory cannot be used, or the database does not answer
    public static Accounts open(AccountsConfig config, Duration peerTimeout, InstantSource clock, Ticker ticker)
            throws IOException {
        Path directory = config.directory();
        Files.createDirectories(directory);
        restrict(directory);
        FileChannel lockFile = lock(directory);
        boolean done = false;
        AccountDatabase database = database(config);
        try {
            Accounts accounts = new Accounts(config, peerTimeout, clock, ticker, lockFile, database);
            done = true;
            return accounts;
        } catch (SQLException e) {
            String what = config.database().isPresent() ? "the accounts' database" : directory.toString();
            throw new IOException(what + " cannot be used: " + e.getMessage(), e);
        } finally {
            if (!done) {
                database.close();
                lockFile.close();
            }
        }
    }

    private Accounts(
            AccountsConfig config,
            Duration peerTimeout,
            InstantSource clock,
            Ticker ticker,
            FileChannel lockFile,
            AccountDatabase database)
            throws IOException, SQLException {
        this.config = config;
        this.clock = clock;
        this.ticker = ticker;
        this.lockFile = lockFile;
        this.database = database;
        this.presence = new Presence(
                new Presence.Limits(
                        config.maxTorrents(),
                        config.maxAddresses(),
                        config.maxClientsPerTorrent(),
                        config.maxPeersPerTorrent()),
                peerTimeout.toNanos());
        this.clients = new ClientRules(config.allowedClients(), config.refusedClients());
        this.accounting = new Accounting((long) config.maxRateMibPerSecond() << 20);
        this.journal = Journal.open(config.directory().resolve("journal"), (long) config.journalLimitMib() << 20);
        this.node = node(config.directory());
        directory.replace(database.users());
        this.applied = database.sequence(node);
        journal.continueAfter(applied);
        applyJournal();
        this.writer = new JournalWriter(journal, this::wake);
        this.applier =
                Thread.ofPlatform().name("jackdaw-tracker-accounts").daemon().start(this::run);
    }

    private static AccountDatabase database(AccountsConfig config) throws IOException {
        Properties properties = new Properties();
        if (config.database().isPresent()) {
            config.databaseUser().ifPresent(user -> properties.setProperty("user", user));
            if (config.databasePasswordFile().isPresent()) {
                List<String> lines =
                        Files.readAllLines(config.databasePasswordFile().get());
                properties.setProperty("password", lines.isEmpty() ? "" : lines.getFirst());
            }
            properties.setProperty("ApplicationName", "jackdaw-tracker");
            properties.setProperty("connectTimeout", "10");
            properties.setProperty("socketTimeout", "30");
            return new AccountDatabase(config.database().get(), properties);
        }
        // forced at each commit, since the journal is discarded on the strength of it
        properties.setProperty("journal_mode", "WAL");
        properties.setProperty("synchronous", "FULL");
        properties.setProperty("busy_timeout", "10000");
        properties.setProperty("transaction_mode", "IMMEDIATE");
        return new AccountDatabase(
                "jdbc:sqlite:" + config.directory().resolve("accounts.sqlite").toAbsolutePath(), properties);
    }

    /// Passkeys are in there: nobody else needs to look.
    private static void restrict(Path directory) throws IOException {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException _) {
            // not that kind of system
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException _) {
            // another tracker in this process
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException(directory + " is in use by another tracker; give each a directory of its own");
        }
        return channel;
    }

    /// The name under which the database keeps how far this directory's journal was taken.
    private static String node(Path directory) throws IOException {
        Path file = directory.resolve("journal").resolve("node");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            Path temporary = file.resolveSibling("node.new");
            Files.writeString(temporary, HexFormat.of().formatHex(bytes));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.US_ASCII).strip();
    }

    // ---- announces

    /// Decides whether a client is answered, and counts what it reports.
    ///
    /// @return why not, in words for its user; empty if it is
    public Optional<String> judge(ClientAnnounce announce) {
        Optional<User> found = user(announce.passkey());
        if (found.isEmpty()) {
            return Optional.of(
                    announce.passkey().isEmpty()
                            ? "this tracker is private: the announce URL has to have your passkey in it"
                            : "unknown passkey");
        }
        User user = found.get();
        if (!user.enabled()) {
            return Optional.of("your account is disabled");
        }
        if (!clients.allow(announce.peerId())) {
            return Optional.of("this client is not allowed here");
        }
        if (announce.event() == AnnounceEvent.STOPPED) {
            presence.leave(user.name(), announce.infoHash(), announce.peerId());
            record(user, announce);
            return Optional.empty();
        }
        if (announce.left() > 0 && isRatioTooLow(user)) {
            record(user, announce); // what they upload meanwhile counts
            return Optional.of(String.format(
                    Locale.ROOT,
                    "your ratio is %.2f, below %.2f: you may seed, but not download",
                    user.ratio().orElse(0),
                    config.minRatio()));
        }
        Optional<String> refusal =
                presence.enter(user.name(), announce.infoHash(), announce.peerId(), announce.origin(), ticker.nanos());
        if (refusal.isEmpty()) {
            record(user, announce);
        }
        return refusal;
    }

    /// Whether a passkey is somebody's who may announce.
    public boolean isKnown(String passkey) {
        return user(passkey).filter(User::enabled).isPresent();
    }

    private Optional<User> user(String passkey) {
        return Passkey.parse(passkey).flatMap(directory::find);
    }

    private boolean isRatioTooLow(User user) {
        return config.minRatio() > 0
                && user.downloaded() > config.ratioGraceBytes()
                && user.ratio().orElse(Double.MAX_VALUE) < config.minRatio();
    }

    private void record(User user, ClientAnnounce announce) {
        writer.offer(new Report(
                user.name(),
                announce.infoHash(),
                announce.peerId(),
                announce.uploaded(),
                announce.downloaded(),
                announce.event() == AnnounceEvent.STARTED,
                clock.millis()));
    }

    // ---- from the journal into the database

    private void wake() {
        synchronized (news) {
            hasNews = true;
            news.notifyAll();
        }
    }

    private void awaitNews() throws InterruptedException {
        synchronized (news) {
            if (!hasNews && !closing) {
                news.wait(Math.min(1000, config.refresh().toMillis()));
            }
            hasNews = false;
        }
    }

    private void run() {
        long now = ticker.nanos();
        long expired = now;
        long refreshed = now;
        long forgotten = now - FORGET_NANOS;
        long failed = now - RETRY_NANOS;
        try {
            while (!closing) {
                awaitNews();
                now = ticker.nanos();
                if (now - expired >= EXPIRE_NANOS) {
                    presence.expire(now);
                    expired = now;
                }
                if (!databaseAvailable && now - failed < RETRY_NANOS) {
                    continue;
                }
                try {
                    applyJournal();
                    if (config.database().isPresent()
                            && now - refreshed >= config.refresh().toNanos()) {
                        refresh();
                        refreshed = now;
                    }
                    if (now - forgotten >= FORGET_NANOS) {
                        forget();
                        forgotten = now;
                    }
                    available(null);
                } catch (SQLException | IOException e) {
                    failed = now;
                    available(e);
                } catch (RuntimeException e) {
                    failed = now;
                    LOGGER.log(System.Logger.Level.ERROR, "keeping accounts", e);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void applyJournal() throws SQLException, IOException {
        databaseLock.lock();
        try {
            for (Optional<JournalFrame> frame = journal.next(applied);
                    frame.isPresent();
                    frame = journal.next(applied)) {
                var result = database.apply(node, frame.get(), accounting);
                result.totals().forEach((user, total) -> directory.credit(user, total[0], total[1]));
                implausible.add(result.implausible());
                applied = frame.get().sequence();
                journal.discard(applied);
            }
        } finally {
            databaseLock.unlock();
        }
    }

    private void refresh() throws SQLException {
        databaseLock.lock();
        try {
            directory.replace(database.users());
        } finally {
            databaseLock.unlock();
        }
    }

    private void forget() throws SQLException {
        databaseLock.lock();
        try {
            database.forgetBefore(clock.instant().minus(PARTICIPATION_MEMORY));
        } finally {
            databaseLock.unlock();
        }
    }

    private void available(@Nullable Exception failure) {
        boolean was = databaseAvailable;
        databaseAvailable = failure == null;
        if (was && failure != null) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the accounts' database is away; announces are answered and recorded meanwhile: " + failure);
        } else if (!was && failure == null) {
            LOGGER.log(System.Logger.Level.INFO, "the accounts' database is back");
        }
    }

    // ---- an administrator's

    public AccountsStatus status() {
        return new AccountsStatus(
                directory.size(),
                presence.users(),
                writer.recorded(),
                writer.lost(),
                implausible.sum(),
                Math.max(0, journal.written() - applied),
                journal.bytes(),
                databaseAvailable);
    }

    /// All users, by name.
    public List<User> users() {
        return directory.all();
    }

    public User user(UserName name) throws AccountException {
        return directory
                .find(name.text())
                .orElseThrow(() -> new AccountException(Problem.NOT_FOUND, "there is no user " + name.text()));
    }

    /// Torrents that a user takes part in, as far as this process knows.
    public int torrents(User user) {
        return presence.torrents(user.name());
    }

    public User createUser(UserName name) throws AccountException {
        User user = newUser(name, Optional.empty());
        return ask(() -> {
            if (!database.insert(user)) {
                throw taken(name);
            }
            directory.put(user);
            return user;
        });
    }

    public User changeUser(UserName name, UserChange change) throws AccountException {
        return changed(name, () -> database.change(name.text(), change));
    }

    /// Gives a user a new passkey; the old one is worth nothing from now on.
    public User renewPasskey(UserName name) throws AccountException {
        Passkey passkey = Passkey.random(random);
        return changed(name, () -> database.changePasskey(name.text(), passkey));
    }

    public void deleteUser(UserName name) throws AccountException {
        ask(() -> {
            directory.remove(name.text());
            if (!database.deleteUser(name.text())) {
                throw new AccountException(Problem.NOT_FOUND, "there is no user " + name.text());
            }
            return name;
        });
    }

    /// All invites, the oldest first; also those that have expired and were not used.
    public List<Invite> invites() throws AccountException {
        return ask(database::invites);
    }

    /// Makes an invite.
    ///
    /// @param issuer   the user who may give it away, and whose limit it counts against; empty for an
    ///                 administrator
    /// @param validity how long it is good for; empty for what the settings say
    public Invite createInvite(Optional<UserName> issuer, Optional<Duration> validity) throws AccountException {
        if (issuer.isPresent()) {
            user(issuer.get());
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Invite invite = new Invite(
                Passkey.random(random).hex(),
                issuer.map(UserName::text),
                now,
                now.plus(validity.orElse(config.inviteValidity())));
        return ask(() -> {
            if (!database.insert(invite, config.maxInvites())) {
                throw new AccountException(
                        Problem.LIMIT,
                        "user " + issuer.map(UserName::text).orElse("") + " has " + config.maxInvites()
                                + " open invites already");
            }
            return invite;
        });
    }

    public void revokeInvite(String code) throws AccountException {
        ask(() -> {
            if (!database.deleteInvite(code)) {
                throw noInvite();
            }
            return code;
        });
    }

    /// Makes a user of whoever has an invite; it is used up then.
    public User redeem(String code, UserName name) throws AccountException {
        Instant now = clock.instant();
        return ask(() -> {
            try {
                User user = database.redeem(
                                code,
                                invite -> invite.expires().isAfter(now),
                                invite -> newUser(name, invite.issuedBy()))
                        .orElseThrow(Accounts::noInvite);
                directory.put(user);
                return user;
            } catch (AccountDatabase.NameTakenException _) {
                throw taken(name);
            }
        });
    }

    private User newUser(UserName name, Optional<String> invitedBy) {
        return new User(
                name.text(),
                Passkey.random(random),
                0,
                0,
                true,
                invitedBy,
                clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private User changed(UserName name, Question<Optional<User>> change) throws AccountException {
        return ask(() -> {
            User user = change.answer()
                    .orElseThrow(() -> new AccountException(Problem.NOT_FOUND, "there is no user " + name.text()));
            directory.put(user);
            return user;
        });
    }

    private static AccountException taken(UserName name) {
        return new AccountException(Problem.CONFLICT, "there is a user " + name.text() + " already");
    }

    private static AccountException noInvite() {
        return new AccountException(Problem.NOT_FOUND, "there is no such invite, or it has expired or been used");
    }

    /// What is asked of the database.
    private interface Question<T> {
        T answer() throws SQLException, AccountException;
    }

    private <T> T ask(Question<T> question) throws AccountException {
        databaseLock.lock();
        try {
            return question.answer();
        } catch (SQLException e) {
            throw new AccountException(Problem.UNAVAILABLE, "the accounts' database does not answer", e);
        } finally {
            databaseLock.unlock();
        }
    }

    /// Records what is still in memory, puts it into the database if that answers, and ends.
    @Override
    public void close() {
        writer.close();
        closing = true;
        wake();
        boolean interrupted = false;
        while (applier.isAlive()) {
            try {
                applier.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        try {
            applyJournal();
        } catch (SQLException | IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "the journal is left for the next start: " + e);
        }
        journal.close();
        database.close();
        try {
            lockFile.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing the lock", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
