package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import dev.jackdaw.gui.model.Trash;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.gui.view.MainWindow;
import dev.jackdaw.gui.view.Theming;
import dev.jackdaw.peer.Session;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.stage.Stage;
import javafx.util.Duration;
import org.jspecify.annotations.Nullable;

/// The app as JavaFX runs it: opens the workspace beside the JavaFX thread, shows the window, and closes in
/// order.
///
/// Closing hides the window at once; the session then has a few seconds to say goodbye.
public final class TorrentApp extends Application {
    private static final System.Logger LOGGER = System.getLogger(TorrentApp.class.getName());
    private static volatile @Nullable Start start;

    /// What the launcher knows, for the instance that JavaFX makes.
    ///
    /// @param rehearsal whether to leave as soon as the window is usable
    private record Start(AppPaths paths, SingleInstance instance, List<String> sources, boolean rehearsal) {}

    private @Nullable Workspace workspace;
    private @Nullable MainWindow window;

    static void prepare(AppPaths paths, SingleInstance instance, List<String> sources) {
        start = new Start(paths, instance, sources, false);
    }

    static void rehearse(AppPaths paths, SingleInstance instance) {
        start = new Start(paths, instance, List.of("magnet:?xt=urn:btih:" + "00".repeat(20)), true);
    }

    private static Start prepared() {
        return Objects.requireNonNull(start, "started by the launcher");
    }

    @Override
    public void init() {
        AppPaths paths = prepared().paths();
        Optional<Trash> trash = Trash.ofDesktop(
                System.getProperty("os.name", ""), Optional.ofNullable(System.getenv("XDG_DATA_HOME")), paths.home());
        workspace = Workspace.open(paths, Platform::runLater, Session::open, trash);
    }

    @Override
    public void start(Stage stage) {
        Workspace opened = Objects.requireNonNull(workspace);
        LocalDesktop desktop = new LocalDesktop(getHostServices());
        Theming theming = new Theming(opened.settings().appearance());
        MainWindow main = new MainWindow(opened, theming, desktop, stage);
        window = main;
        opened.onDesktopNotice(notice -> {
            if (!stage.isFocused()) {
                desktop.notify(notice);
            }
        });
        stage.setOnHiding(event -> opened.remember(main.state()));
        main.show();
        main.add(prepared().sources());
        prepared()
                .instance()
                .onArguments(sources -> Platform.runLater(() -> {
                    main.raise();
                    main.add(sources);
                }));
        Platform.runLater(() -> usable(stage));
    }

    /// The first frame is laid out and keys are taken.
    private void usable(Stage stage) {
        long began = ProcessHandle.current()
                .info()
                .startInstant()
                .map(Instant::toEpochMilli)
                .orElse(0L);
        LOGGER.log(
                Level.DEBUG, "the window is usable {0} ms after the process began", System.currentTimeMillis() - began);
        if (prepared().rehearsal()) {
            PauseTransition pause = new PauseTransition(Duration.seconds(3));
            pause.setOnFinished(event -> stage.close());
            pause.play();
        }
    }

    @Override
    public void stop() {
        if (workspace != null) {
            workspace.close();
        }
        prepared().instance().close();
        System.exit(0); // no thread of a library may keep the process
    }
}
