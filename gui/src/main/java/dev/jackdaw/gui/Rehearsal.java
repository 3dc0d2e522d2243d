package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SettingsFile;
import dev.jackdaw.gui.view.MainWindow;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.util.Duration;

/// A start and end of the app in an empty directory, at build time: the JVM notes which classes it needs and which
/// methods are worth compiling. On JavaFX's headless platform, so that no display is needed either, and on a
/// loopback port of the system's choice, so that nothing leaves this machine.
public final class Rehearsal {
    /// How long each thing is shown: until it has been drawn for sure.
    private static final Duration SCENE = Duration.millis(700);

    private Rehearsal() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("jackdaw-rehearsal");
        AppPaths paths = new AppPaths(home.resolve("config"), home.resolve("state"), home);
        Settings usual = Settings.defaults(home);
        new SettingsFile(paths.settingsFile(), usual)
                .save(usual.withDownloads(new Settings.Downloads(home, false, true, true)));
        Path content = Files.createDirectories(home.resolve("rehearsal"));
        for (int i = 0; i < 3; i++) {
            byte[] bytes = new byte[200_000];
            Arrays.fill(bytes, (byte) i);
            Files.write(content.resolve("part " + i), bytes);
        }
        Path torrent = Files.write(
                home.resolve("rehearsal.torrent"),
                MetainfoBuilder.of(content).build().toBytes());
        List<String> sources =
                Launcher.absolute(List.of(torrent.toString(), "magnet:?xt=urn:btih:" + "00".repeat(20)), home);
        TorrentApp.run(
                paths,
                SingleInstance.claim(paths.state(), List.of()).orElseThrow(),
                sources,
                Rehearsal::onLoopback,
                Rehearsal::play);
    }

    private static Session onLoopback(SessionConfig config) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return Session.open(SessionConfig.builder()
                .stateDirectory(config.stateDirectory().orElseThrow())
                .bindAddress(loopback)
                .port(0)
                .transport(config.transport())
                .encryption(config.encryption())
                .dhtNodes(List.of(new InetSocketAddress(loopback, 9)))
                .localDiscovery(false)
                .build());
    }

    private static void play(MainWindow window) {
        Deque<Runnable> scenes = new ArrayDeque<>();
        for (String tab : List.of("files", "peers", "trackers", "speed", "log", "general")) {
            scenes.add(() -> {
                window.selectFirst();
                window.show(tab);
            });
        }
        for (String dialog : List.of("command.settings", "command.link", "command.create", "command.remove")) {
            scenes.add(() -> window.perform(dialog));
            scenes.add(Rehearsal::closeDialogs);
        }
        scenes.add(Platform::exit);
        playNext(scenes);
    }

    private static void playNext(Deque<Runnable> scenes) {
        PauseTransition pause = new PauseTransition(SCENE);
        pause.setOnFinished(event -> {
            scenes.removeFirst().run();
            if (!scenes.isEmpty()) {
                playNext(scenes);
            }
        });
        pause.play();
    }

    private static void closeDialogs() {
        List.copyOf(Window.getWindows()).stream()
                .filter(window -> window instanceof Stage dialog && dialog.getOwner() != null)
                .forEach(Window::hide);
    }
}
