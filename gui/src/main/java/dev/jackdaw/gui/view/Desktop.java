package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Notice;
import java.nio.file.Path;

/// What the windows ask of the desktop around them.
public interface Desktop {
    /// Opens a file or folder with the program that the desktop has for it.
    void open(Path path);

    /// Shows a notification outside of the window, if the desktop has such a thing.
    void notify(Notice notice);
}
