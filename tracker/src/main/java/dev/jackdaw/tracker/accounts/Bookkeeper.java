package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.tracker.accounts.AccountException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Takes what clients report from the [Journal] into the [AccountDatabase] and the totals into the [UserDirectory], in
/// a thread of its own, and asks the database what an administrator wants of it.
///
/// While the database is away the journal grows, and is taken up again when it is back; each of its frames counts once,
/// since the database keeps how far it was taken.
final class Bookkeeper implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Bookkeeper.class.getName());
    /// What a participation was credited for is remembered this long after its last report.
    private static final Duration PARTICIPATION_MEMORY = Duration.ofDays(3);

    private static final long EXPIRE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long FORGET_NANOS = Duration.ofHours(1).toNanos();
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

    private final AccountsConfig config;
    private final InstantSource clock;
    private final Ticker ticker;
    private final UserDirectory directory;
    private final Presence presence;
    private final Accounting accounting;
    private final AccountDatabase database;
    private final Journal journal;
    private final String node;
    private final JournalWriter writer;
    /// Held while the database is used, and while what it says is taken into [#directory].
    private final ReentrantLock databaseLock = new ReentrantLock();

    private final LongAdder implausible = new LongAdder();
    private final Thread applier;
    private final Object news = new Object();
    private boolean hasNews; // guarded by news
    private volatile boolean closing;
    private volatile long applied;
    private volatile boolean databaseAvailable = true;

    /// Fills the directory, and puts what an earlier process has left in its journal into the database.
    ///
    /// @param presence swept of who is silent by the way
    /// @throws IOException if the folder cannot be used, or the database does not answer
    Bookkeeper(
            AccountsConfig config,
            AccountsFolder folder,
            UserDirectory directory,
            Presence presence,
            InstantSource clock,
            Ticker ticker)
            throws IOException {
        this.config = config;
        this.clock = clock;
        this.ticker = ticker;
        this.directory = directory;
        this.presence = presence;
        this.accounting = new Accounting((long) config.maxRateMibPerSecond() << 20);
        boolean done = false;
        this.database = database(config, folder);
        try {
            this.journal = Journal.open(folder.journal(), (long) config.journalLimitMib() << 20);
            this.node = folder.node();
            directory.replace(database.users.all());
            this.applied = database.ledger.sequence(node);
            journal.continueAfter(applied);
            applyJournal();
            done = true;
        } catch (SQLException e) {
            String what = config.database().isPresent()
                    ? "the accounts' database"
                    : config.directory().toString();
            throw new IOException(what + " cannot be used: " + e.getMessage(), e);
        } finally {
            if (!done) {
                database.close();
            }
        }
        this.writer = new JournalWriter(journal, this::wake);
        this.applier =
                Thread.ofPlatform().name("jackdaw-tracker-accounts").daemon().start(this::run);
    }

    private static AccountDatabase database(AccountsConfig config, AccountsFolder folder) throws IOException {
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
        return new AccountDatabase("jdbc:sqlite:" + folder.embeddedDatabase(), properties);
    }

    /// Takes a report; never waits.
    void record(Report report) {
        writer.offer(report);
    }

    /// @param activeUsers users that take part in something
    AccountsStatus status(int activeUsers) {
        return new AccountsStatus(
                directory.size(),
                activeUsers,
                writer.recorded(),
                writer.lost(),
                implausible.sum(),
                Math.max(0, journal.written() - applied),
                journal.bytes(),
                databaseAvailable);
    }

    /// What is asked of the database.
    interface Question<T> {
        T answer(AccountDatabase database) throws SQLException, AccountException;
    }

    /// Waits for the database.
    <T> T ask(Question<T> question) throws AccountException {
        databaseLock.lock();
        try {
            return question.answer(database);
        } catch (SQLException e) {
            throw new AccountException(Problem.UNAVAILABLE, "the accounts' database does not answer", e);
        } finally {
            databaseLock.unlock();
        }
    }

    /// There is something new in the journal.
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
                var result = database.ledger.apply(node, frame.get(), accounting);
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
            directory.replace(database.users.all());
        } finally {
            databaseLock.unlock();
        }
    }

    private void forget() throws SQLException {
        databaseLock.lock();
        try {
            database.ledger.forgetBefore(clock.instant().minus(PARTICIPATION_MEMORY));
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
