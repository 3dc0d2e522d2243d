package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import dev.jackdaw.peer.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the app starts: `jackdaw-desktop [FILE | MAGNET-LINK]…`. If it runs already for this user, the
/// arguments go to that one, which comes to the front.
///
/// It does not extend [javafx.application.Application], since JavaFX asks to be on the module path of a start class
/// that does.
public final class Launcher {
    private Launcher() {}

    public static void main(String[] arguments) {
        AppPaths paths = AppPaths.of(
                System.getenv(), System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")));
        Path here = Path.of("").toAbsolutePath();
        List<String> sources = absolute(List.of(arguments), here);
        try {
            Optional<SingleInstance> instance = SingleInstance.claim(paths.state(), sources);
            if (instance.isPresent()) {
                TorrentApp.run(paths, instance.get(), sources, Session::open, window -> {});
            }
        } catch (IOException e) {
            System.err.println("jackdaw-desktop: cannot use " + paths.state() + ": " + e);
            System.exit(1);
        }
    }

    /// File names as they mean something to a process in another directory.
    static List<String> absolute(List<String> arguments, Path directory) {
        return arguments.stream()
                .map(argument -> argument.matches("(?i)(magnet|file):.*|[0-9a-f]{40}")
                        ? argument
                        : directory.resolve(argument).toString())
                .toList();
    }
}
