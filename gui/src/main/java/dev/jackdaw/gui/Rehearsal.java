package dev.jackdaw.gui;

import dev.jackdaw.gui.model.AppPaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.application.Application;

/// A start and end of the app in an empty directory, at build time: the JVM notes which classes it needs. On JavaFX's
/// headless platform, so that no display is needed either.
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createTempDirectory("jackdaw-rehearsal");
        AppPaths paths = new AppPaths(home.resolve("config"), home.resolve("state"), home);
        Optional<SingleInstance> instance = SingleInstance.claim(paths.state(), List.of());
        TorrentApp.rehearse(paths, instance.orElseThrow());
        Application.launch(TorrentApp.class);
    }
}
