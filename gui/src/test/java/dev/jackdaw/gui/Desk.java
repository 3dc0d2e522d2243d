package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SettingsFile;
import dev.jackdaw.gui.model.Trash;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.gui.view.Desktop;
import dev.jackdaw.gui.view.MainWindow;
import dev.jackdaw.gui.view.Theming;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javafx.stage.Window;

/// The whole app on the headless platform, over real sessions on loopback and a directory of its own.
public final class Desk implements AutoCloseable {
    static final long PATIENCE_MILLIS = 40_000;
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    public final Workspace workspace;
    public final MainWindow window;
    public final Stage stage;
    public final Theming theming;
    public final List<Path> opened = new CopyOnWriteArrayList<>();
    final List<Notice> desktopNotices = new CopyOnWriteArrayList<>();

    private Desk(Workspace workspace) {
        this.workspace = workspace;
        record Made(MainWindow window, Stage stage, Theming theming) {}
        Made made = onFx(() -> {
            Stage newStage = new Stage();
            Theming look = new Theming(workspace.settings().appearance());
            MainWindow main = new MainWindow(workspace, look, new RecordingDesktop(), newStage);
            workspace.onDesktopNotice(desktopNotices::add);
            newStage.setOnHiding(event -> workspace.remember(main.state()));
            main.show();
            return new Made(main, newStage, look);
        });
        window = made.window;
        stage = made.stage;
        theming = made.theming;
    }

    private final class RecordingDesktop implements Desktop {
        @Override
        public void open(Path path) {
            opened.add(path);
        }

        @Override
        public void notify(Notice notice) {
            desktopNotices.add(notice);
        }
    }

    public static AppPaths paths(Path root) {
        return new AppPaths(root.resolve("config"), root.resolve("state"), root.resolve("home"));
    }

    /// Opens the app in that directory, as it was left there.
    public static Desk open(Path root) {
        return open(root, Desk::loopback);
    }

    public static Desk open(Path root, Function<SessionConfig, Session> opener) {
        startToolkit();
        return new Desk(Workspace.open(
                paths(root), Platform::runLater, opener, Optional.of(Trash.in(root.resolve("home/.local/share")))));
    }

    /// Writes settings that differ from the defaults, before the app is opened.
    public static void settle(Path root, UnaryOperator<Settings> changes) throws IOException {
        Settings defaults = Settings.defaults(paths(root).home());
        new SettingsFile(paths(root).settingsFile(), defaults).save(changes.apply(defaults));
    }

    public static Session loopback(SessionConfig config) {
        SessionConfig.Builder builder = SessionConfig.builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .trackers(false)
                .bufferBytes(16 << 20);
        config.stateDirectory().ifPresent(builder::stateDirectory);
        return Session.open(builder.build());
    }

    public static void startToolkit() {
        if (STARTED.compareAndSet(false, true)) {
            Platform.startup(() -> Platform.setImplicitExit(false));
        }
    }

    public static <T> T onFx(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        if (Platform.isFxApplicationThread()) {
            task.run();
        } else {
            Platform.runLater(task);
        }
        try {
            return task.get();
        } catch (Exception e) {
            throw new AssertionError("on the JavaFX thread: " + e, e);
        }
    }

    public static void run(Runnable work) {
        onFx(() -> {
            work.run();
            return true;
        });
    }

    /// Waits, as long as a busy machine may need, until something is so; asked on the JavaFX thread.
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (!onFx(condition::getAsBoolean)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so in " + PATIENCE_MILLIS + " ms: " + what);
            }
            pause();
        }
    }

    /// Waits until what was changed has been laid out and read again: a second of frames.
    public static void settleFrames() {
        CountDownLatch frames = new CountDownLatch(60);
        AnimationTimer timer = onFx(() -> {
            AnimationTimer counting = new AnimationTimer() {
                @Override
                public void handle(long now) {
                    frames.countDown();
                }
            };
            counting.start();
            return counting;
        });
        try {
            if (!frames.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("no frames");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        run(timer::stop);
    }

    private static void pause() {
        try {
            Thread.sleep(15); // between two looks at a condition
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The node of that id in any window that shows, the newest first; waits for it.
    public static <T extends Node> T find(String id, Class<T> type) {
        await("a node " + id, () -> lookUp(id).isPresent());
        return type.cast(onFx(() -> lookUp(id).orElseThrow()));
    }

    public static Optional<Node> lookUp(String id) {
        List<Window> windows = Window.getWindows();
        for (int i = windows.size() - 1; i >= 0; i--) {
            Scene scene = windows.get(i).getScene();
            Node found = scene == null || scene.getRoot() == null
                    ? null
                    : scene.getRoot().lookup("#" + id);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /// Closes the window and ends the session, as leaving the app does.
    @Override
    public void close() {
        run(() -> {
            List.copyOf(Window.getWindows()).stream()
                    .filter(open -> open instanceof Stage && open != stage)
                    .forEach(Window::hide);
            stage.close();
        });
        workspace.close();
    }
}
