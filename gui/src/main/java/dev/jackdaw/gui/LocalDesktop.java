package dev.jackdaw.gui;

import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.view.Desktop;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.application.HostServices;

/// The desktop that the app runs on. Programs it starts are not waited for.
final class LocalDesktop implements Desktop {
    private static final System.Logger LOGGER = System.getLogger(LocalDesktop.class.getName());

    private final HostServices services;

    LocalDesktop(HostServices services) {
        this.services = services;
    }

    @Override
    public void open(Path path) {
        services.showDocument(path.toUri().toString());
    }

    /// By the notification service of Linux desktops; elsewhere the notice in the window has to do.
    @Override
    public void notify(Notice notice) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return;
        }
        List<String> command = List.of(
                "notify-send", "--app-name=Jackdaw", "--icon=jackdaw", "--", notice.title(), escaped(notice.detail()));
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "no desktop notification: {0}", e.getMessage());
        }
    }

    /// The body is markup for some desktops.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
