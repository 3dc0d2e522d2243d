package dev.jackdaw.gui.model;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// The running app without its windows: the session with its settings, queue and goals, and the view models
/// over them.
///
/// Opened and closed once. Everything public is for the JavaFX thread; blocking work is done beside it.
public final class Workspace implements AutoCloseable {
    private final AppPaths paths;
    private final Executor fxThread;
    private final Text text;
    private final SettingsFile settingsFile;
    private final WindowState.File windowFile;
    private final Session session;
    private final TorrentQueue queue;
    private final MainViewModel main;
    private final TorrentActions actions;
    private final SnapshotFeed feed;
    private final LookUps lookUps;
    /// Torrents whose goal was reached and that were paused for it, so that a user may go on seeding one
    /// nevertheless.
    private final Set<InfoHash> goalsReached = ConcurrentHashMap.newKeySet();

    private Consumer<Notice> desktopNotices = notice -> {};
    private volatile Settings settings;
    private final Settings atStart;
    private final ReadOnlyObjectWrapper<Settings> shownSettings;
    /// Whether the schedule had the alternative limits in force at the last look; of the feed's thread alone.
    private boolean scheduled;
    private WindowState window;

    private Workspace(
            AppPaths paths,
            Executor fxThread,
            Text text,
            SettingsFile settingsFile,
            WindowState.File windowFile,
            Settings settings,
            WindowState window,
            Session session,
            Optional<Trash> trash) {
        this.paths = paths;
        this.fxThread = fxThread;
        this.text = text;
        this.settingsFile = settingsFile;
        this.windowFile = windowFile;
        this.settings = settings;
        this.atStart = settings;
        this.shownSettings = new ReadOnlyObjectWrapper<>(this, "settings", settings);
        this.window = window;
        this.session = session;
        this.queue = new TorrentQueue(window.queue(), window.held());
        this.main = new MainViewModel(text);
        Moves moves = new Moves();
        this.feed = new SnapshotFeed(session, queue, moves, fxThread, main::accept);
        this.actions = new TorrentActions(session, queue, moves, trash, text, this::tellLater, feed::hurry);
        this.lookUps = new LookUps(actions, feed, fxThread, this::remember);
    }

    /// Loads settings and opens the session; blocks, so not for the JavaFX thread.
    ///
    /// @param fxThread runs what it is given on the JavaFX thread
    /// @param opener   opens the session
    /// @throws SessionException if the session cannot be opened even on a port of the system's choice
    public static Workspace open(
            AppPaths paths, Executor fxThread, Function<SessionConfig, Session> opener, Optional<Trash> trash) {
        List<String> complaints = new ArrayList<>();
        SettingsFile settingsFile = new SettingsFile(paths.settingsFile(), Settings.defaults(paths.home()));
        Settings settings = settingsFile.load(complaints::add);
        WindowState.File windowFile = new WindowState.File(paths.windowFile());
        WindowState window = windowFile.load(complaints::add);
        Text text = Text.of(locale(settings));
        Session session;
        try {
            session = opener.apply(config(paths, settings, settings.connection().port()));
        } catch (SessionException e) {
            complaints.add(text.get("error.port", String.valueOf(e.getMessage())));
            session = opener.apply(config(paths, settings, 0));
        }
        Workspace workspace =
                new Workspace(paths, fxThread, text, settingsFile, windowFile, settings, window, session, trash);
        complaints.forEach(complaint -> workspace.tellLater(
                new Notice(Notice.Kind.WARNING, text.get("notice.warning"), DisplayText.of(complaint))));
        workspace.start();
        return workspace;
    }

    private static Locale locale(Settings settings) {
        return settings.appearance().language().isEmpty()
                ? Locale.getDefault()
                : Locale.forLanguageTag(settings.appearance().language());
    }

    private static SessionConfig config(AppPaths paths, Settings settings, int port) {
        SessionConfig.Builder builder = SessionConfig.builder()
                .stateDirectory(paths.state())
                .port(port)
                .transport(settings.connection().transport())
                .maxConnections(settings.connection().maxConnections())
                .maxConnectionsPerTorrent(settings.connection().maxConnectionsPerTorrent())
                .uploadSlots(settings.connection().uploadSlots())
                .dht(settings.privacy().dht())
                .peerExchange(settings.privacy().peerExchange())
                .localDiscovery(settings.privacy().localDiscovery())
                .encryption(settings.privacy().encryption())
                .maxDownloadRate(settings.speed().download())
                .maxUploadRate(settings.speed().upload());
        if (!settings.connection().bindAddress().isEmpty()) {
            try {
                builder.bindAddress(InetAddress.getByName(settings.connection().bindAddress()));
            } catch (UnknownHostException e) {
                throw new SessionException(
                        "cannot listen on " + settings.connection().bindAddress() + ": " + e, e);
            }
        }
        return builder.build();
    }

    private void start() {
        window.unanswered()
                .forEach(infoHash -> session.remove(infoHash, false)); // what is on disk is not of this look-up
        session.addListener(event -> {
            if (!(event instanceof SessionEvent.PieceCompleted)) {
                fxThread.execute(() -> onEvent(event));
            }
        });
        feed.watch(this::keepQueue);
        feed.watch(this::keepGoals);
        feed.watch(statuses -> keepSchedule(LocalDateTime.now()));
        feed.start();
    }

    private void keepQueue(List<TorrentStatus> statuses) {
        TorrentQueue.Decision decision = queue.decide(statuses, settings.queue());
        decision.pause().forEach(infoHash -> session.torrent(infoHash).ifPresent(Torrent::pause));
        decision.resume().forEach(infoHash -> session.torrent(infoHash).ifPresent(Torrent::resume));
    }

    private void keepGoals(List<TorrentStatus> statuses) {
        for (TorrentStatus status : statuses) {
            if (SeedingGoal.isReached(status, settings.seeding(), Instant.now())
                    && goalsReached.add(status.infoHash())) {
                queue.wantPaused(status.infoHash());
                session.torrent(status.infoHash()).ifPresent(Torrent::pause);
            }
        }
    }

    /// Switches the alternative limits when the schedule begins and ends.
    void keepSchedule(LocalDateTime now) {
        boolean covered = settings.speed().schedule().covers(now);
        if (covered != scheduled) {
            scheduled = covered;
            fxThread.execute(() -> setAlternativeLimits(covered));
        }
    }

    /// Has the alternative limits in force, or the usual ones.
    public void setAlternativeLimits(boolean on) {
        if (on != settings.speed().alternative()) {
            apply(settings.withSpeed(settings.speed().withAlternative(on)));
        }
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.MetadataResolved(InfoHash infoHash, var _)) {
            lookUps.resolved(infoHash);
        }
        if (event instanceof SessionEvent.OfTorrent ofTorrent && lookUps.has(ofTorrent.infoHash())) {
            return;
        }
        main.accept(event, Instant.now()).ifPresent(notice -> {
            main.tell(notice);
            boolean wanted = notice.kind() == Notice.Kind.SUCCESS
                    ? settings.notifications().completed()
                    : settings.notifications().failed();
            if (wanted) {
                desktopNotices.accept(notice);
            }
        });
    }

    private void tellLater(Notice notice) {
        fxThread.execute(() -> main.tell(notice));
    }

    /// Who tells the desktop what happened.
    public void onDesktopNotice(Consumer<Notice> target) {
        desktopNotices = target;
    }

    public Text text() {
        return text;
    }

    public AppPaths paths() {
        return paths;
    }

    public MainViewModel main() {
        return main;
    }

    public TorrentActions actions() {
        return actions;
    }

    public SnapshotFeed feed() {
        return feed;
    }

    public Settings settings() {
        return settings;
    }

    /// What the session was started with: connection and privacy stay as they were then.
    public Settings atStart() {
        return atStart;
    }

    /// The same as [#settings()], for those who follow it.
    public ReadOnlyObjectProperty<Settings> shownSettings() {
        return shownSettings.getReadOnlyProperty();
    }

    public WindowState window() {
        return window;
    }

    /// Takes new settings into force and keeps them; what a session takes at its start waits for the next one.
    public void apply(Settings changed) {
        Settings before = settings;
        settings = changed;
        shownSettings.set(changed);
        if (!changed.seeding().equals(before.seeding())) {
            goalsReached.clear();
        }
        if (waitsForRestart(changed) && !waitsForRestart(before)) {
            main.tell(new Notice(Notice.Kind.INFO, text.get("notice.restart"), text.get("notice.restart.detail")));
        }
        actions.run(running -> {
            running.setRateLimits(changed.speed().download(), changed.speed().upload());
            try {
                settingsFile.save(changed);
            } catch (IOException e) {
                tellLater(new Notice(
                        Notice.Kind.ERROR,
                        text.get("error.settings.title"),
                        text.get("error.settings.detail", paths.settingsFile(), DisplayText.of(String.valueOf(e)))));
            }
        });
    }

    private boolean waitsForRestart(Settings wanted) {
        return !wanted.connection().equals(atStart.connection())
                || !wanted.privacy().equals(atStart.privacy())
                || !wanted.appearance().language().equals(atStart.appearance().language());
    }

    /// Remembers how the window is; written to disk now and at closing.
    public void remember(WindowState state) {
        window = state;
        remember();
    }

    private void remember() {
        WindowState now = withTorrents(window);
        window = now;
        actions.run(running -> save(now));
    }

    private WindowState withTorrents(WindowState state) {
        return state.withQueue(queue.order(), queue.held()).withUnanswered(lookUps.unanswered());
    }

    private void save(WindowState state) {
        try {
            windowFile.save(state);
        } catch (IOException e) {
            System.getLogger(Workspace.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot remember the window: {0}", e.toString());
        }
    }

    // ---- adding

    /// Reads what was typed, dropped or handed over ([Sources]) beside the JavaFX thread; what is no torrent is
    /// told.
    public void read(String typed, Consumer<TorrentSource> target) {
        actions.run(running -> {
            try {
                TorrentSource source = Sources.parse(typed);
                fxThread.execute(() -> target.accept(source));
            } catch (SessionException e) {
                tellLater(new Notice(
                        Notice.Kind.ERROR,
                        text.get("error.add.title"),
                        DisplayText.of(String.valueOf(e.getMessage()))));
            }
        });
    }

    /// Whether the session has it already; one that is only looked up does not count.
    public boolean has(InfoHash infoHash) {
        return main.find(infoHash).isPresent();
    }

    /// Looks a magnet link's metadata up for a dialog: a torrent that wants no file is added and not shown.
    public void lookUp(AddTorrentViewModel dialog) {
        lookUps.begin(dialog, settings.downloads().folder());
    }

    /// The dialog was answered with yes.
    public void add(AddTorrentViewModel dialog) {
        TorrentSource source = dialog.source();
        AddOptions options = dialog.options();
        lookUps.end(dialog.infoHash());
        add(source, options);
    }

    /// The dialog was answered with no.
    public void cancel(AddTorrentViewModel dialog) {
        lookUps.end(dialog.infoHash());
    }

    /// Adds without asking.
    public void add(TorrentSource source, AddOptions options) {
        actions.add(source, options).whenComplete((added, failure) -> {
            if (failure != null) {
                tellLater(new Notice(
                        Notice.Kind.ERROR,
                        text.get("error.add.title"),
                        DisplayText.of(String.valueOf(failure.getMessage()))));
            }
        });
    }

    /// Adds as the settings say, without asking.
    public void add(TorrentSource source) {
        add(
                source,
                AddOptions.builder(settings.downloads().folder())
                        .paused(!settings.downloads().start())
                        .build());
    }

    /// Saves everything and ends the session: a few seconds at most. Blocks, so not for the JavaFX thread.
    @Override
    public void close() {
        feed.close();
        actions.close();
        save(withTorrents(window));
        session.close();
    }
}
