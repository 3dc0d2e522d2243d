package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.accounts.AccountException.Problem;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A private tracker's accounts: judges announces, counts what they report, and lets an administrator change
/// users and invites.
///
/// [#judge] may be called on any thread and never waits for the disk or the database. The operations of an
/// administrator do wait for the database.
public final class Accounts implements AutoCloseable {
    private final AccountsConfig config;
    private final InstantSource clock;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();
    private final AccountsFolder folder;
    private final UserDirectory directory = new UserDirectory();
    private final Presence presence;
    private final ClientRules clients;
    private final Bookkeeper bookkeeper;

    /// Opens the accounts, and puts what an earlier process has left in its journal into the database.
    ///
    /// @param peerTimeout how long a client counts after its last announce
    /// @throws IOException if the directory cannot be used, or the database does not answer
    public static Accounts open(AccountsConfig config, Duration peerTimeout, InstantSource clock, Ticker ticker)
            throws IOException {
        AccountsFolder folder = AccountsFolder.open(config.directory());
        boolean done = false;
        try {
            Accounts accounts = new Accounts(config, peerTimeout, clock, ticker, folder);
            done = true;
            return accounts;
        } finally {
            if (!done) {
                folder.close();
            }
        }
    }

    private Accounts(
            AccountsConfig config, Duration peerTimeout, InstantSource clock, Ticker ticker, AccountsFolder folder)
            throws IOException {
        this.config = config;
        this.clock = clock;
        this.ticker = ticker;
        this.folder = folder;
        this.presence = new Presence(
                new Presence.Limits(
                        config.maxTorrents(),
                        config.maxAddresses(),
                        config.maxClientsPerTorrent(),
                        config.maxPeersPerTorrent()),
                peerTimeout.toNanos());
        this.clients = new ClientRules(config.allowedClients(), config.refusedClients());
        this.bookkeeper = new Bookkeeper(config, folder, directory, presence, clock, ticker);
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
        bookkeeper.record(new Report(
                user.name(),
                announce.infoHash(),
                announce.peerId(),
                announce.uploaded(),
                announce.downloaded(),
                announce.event() == AnnounceEvent.STARTED,
                clock.millis()));
    }

    // ---- an administrator's

    public AccountsStatus status() {
        return bookkeeper.status(presence.users());
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
        return bookkeeper.ask(database -> {
            if (!database.users.insert(user)) {
                throw taken(name);
            }
            directory.put(user);
            return user;
        });
    }

    public User changeUser(UserName name, UserChange change) throws AccountException {
        return changed(name, database -> database.users.change(name.text(), change));
    }

    /// Gives a user a new passkey; the old one is worth nothing from now on.
    public User renewPasskey(UserName name) throws AccountException {
        Passkey passkey = Passkey.random(random);
        return changed(name, database -> database.users.changePasskey(name.text(), passkey));
    }

    public void deleteUser(UserName name) throws AccountException {
        bookkeeper.ask(database -> {
            directory.remove(name.text());
            if (!database.users.delete(name.text())) {
                throw new AccountException(Problem.NOT_FOUND, "there is no user " + name.text());
            }
            return name;
        });
    }

    /// All invites, the oldest first; also those that have expired and were not used.
    public List<Invite> invites() throws AccountException {
        return bookkeeper.ask(database -> database.invites.all());
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
        return bookkeeper.ask(database -> {
            if (!database.invites.insert(invite, config.maxInvites())) {
                throw new AccountException(
                        Problem.LIMIT,
                        "user " + issuer.map(UserName::text).orElse("") + " has " + config.maxInvites()
                                + " open invites already");
            }
            return invite;
        });
    }

    public void revokeInvite(String code) throws AccountException {
        bookkeeper.ask(database -> {
            if (!database.invites.delete(code)) {
                throw noInvite();
            }
            return code;
        });
    }

    /// Makes a user of whoever has an invite; it is used up then.
    public User redeem(String code, UserName name) throws AccountException {
        Instant now = clock.instant();
        return bookkeeper.ask(database -> {
            try {
                User user = database.invites
                        .redeem(
                                code,
                                invite -> invite.expires().isAfter(now),
                                invite -> newUser(name, invite.issuedBy()))
                        .orElseThrow(Accounts::noInvite);
                directory.put(user);
                return user;
            } catch (InviteTable.NameTakenException _) {
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

    private User changed(UserName name, Bookkeeper.Question<Optional<User>> change) throws AccountException {
        return bookkeeper.ask(database -> {
            User user = change.answer(database)
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

    /// Records what is still in memory, puts it into the database if that answers, and ends.
    @Override
    public void close() {
        bookkeeper.close();
        folder.close();
    }
}
