package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Trash;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.gui.view.MainWindow;
import dev.jackdaw.gui.view.Theming;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.scene.control.Alert;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// The app as JavaFX runs it: shows the window over the workspace, which was opened while JavaFX started, and
/// closes in order.
///
/// Closing hides the window at once; the session then has a few seconds to say goodbye. It has them, too, if the
/// desktop ends the process as its user leaves.
public final class TorrentApp extends Application {
    private static final System.Logger LOGGER = System.getLogger(TorrentApp.class.getName());
    private static volatile @Nullable Start start;

    private final AtomicBoolean closed = new AtomicBoolean();

    /// What the launcher knows, for the instance that JavaFX makes.
    ///
    /// @param workspace being opened on a thread of its own
    /// @param usable    told as soon as the window can be used
    private record Start(
            SingleInstance instance,
            List<String> sources,
            FxThread fxThread,
            CompletableFuture<Workspace> workspace,
            Consumer<MainWindow> usable) {}

    /// Opens the session and starts JavaFX, both at once; returns when the app has ended.
    ///
    /// @param opener opens the session
    /// @param usable told as soon as the window can be used, on the JavaFX thread
    static void run(
            AppPaths paths,
            SingleInstance instance,
            List<String> sources,
            Function<SessionConfig, Session> opener,
            Consumer<MainWindow> usable) {
        FxThread fxThread = new FxThread();
        CompletableFuture<Workspace> workspace = CompletableFuture.supplyAsync(
                () -> {
                    Workspace opened = Workspace.open(paths, fxThread, opener, trash(paths));
                    trace("the session is open");
                    return opened;
                },
                Thread.ofPlatform().name("jackdaw-opening")::start);
        start = new Start(instance, sources, fxThread, workspace, usable);
        launch(TorrentApp.class);
    }

    private static Optional<Trash> trash(AppPaths paths) {
        return Trash.ofDesktop(
                System.getProperty("os.name", ""), Optional.ofNullable(System.getenv("XDG_DATA_HOME")), paths.home());
    }

    private static Start prepared() {
        return Objects.requireNonNull(start, "started by the launcher");
    }

    @Override
    public void init() {
        trace("JavaFX runs");
        prepared().fxThread().begin();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("jackdaw-closing").unstarted(this::close));
    }

    @Override
    public void start(Stage stage) {
        stage.setOnHidden(event -> Platform.exit()); // whatever else may be open
        try {
            show(prepared().workspace().join(), stage);
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            LOGGER.log(Level.ERROR, "cannot open", cause);
            Alert alert = new Alert(Alert.AlertType.ERROR, DisplayText.of(String.valueOf(cause.getMessage())));
            alert.setTitle("Jackdaw");
            alert.showAndWait();
            Platform.exit();
        }
    }

    private void show(Workspace opened, Stage stage) {
        LocalDesktop desktop = new LocalDesktop(getHostServices());
        Theming theming = new Theming(opened.settings().appearance());
        MainWindow window = new MainWindow(opened, theming, desktop, stage);
        opened.onDesktopNotice(notice -> {
            if (!stage.isFocused()) {
                desktop.notify(notice);
            }
        });
        stage.setOnHiding(event -> opened.remember(window.state()));
        trace("the window is made");
        window.show();
        trace("the window is shown");
        window.add(prepared().sources());
        prepared()
                .instance()
                .onArguments(sources -> Platform.runLater(() -> {
                    window.raise();
                    window.add(sources);
                }));
        Platform.runLater(
                () -> { // the first frame is laid out and keys are taken
                    trace("the window is usable");
                    prepared().usable().accept(window);
                });
    }

    /// Says how long the start has taken so far.
    private static void trace(String what) {
        if (LOGGER.isLoggable(Level.DEBUG)) {
            long began = ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(Instant::toEpochMilli)
                    .orElse(0L);
            LOGGER.log(Level.DEBUG, "{0} {1} ms after the process began", what, System.currentTimeMillis() - began);
        }
    }

    @Override
    public void stop() {
        close();
        boolean failed = prepared().workspace().isCompletedExceptionally();
        System.exit(failed ? 1 : 0); // no thread of a library may keep the process
    }

    private void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Workspace> workspace = prepared().workspace();
        if (!workspace.isCompletedExceptionally()) {
            workspace.join().close();
        }
        prepared().instance().close();
    }
}
