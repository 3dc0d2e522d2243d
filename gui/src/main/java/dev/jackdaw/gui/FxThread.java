package dev.jackdaw.gui;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import javafx.application.Platform;

/// The JavaFX thread for those who may have work for it before there is one: that work waits for [#begin()]. So the
/// session opens while JavaFX starts.
final class FxThread implements Executor {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean begun;

    @Override
    public synchronized void execute(Runnable work) {
        if (begun) {
            Platform.runLater(work);
        } else {
            waiting.add(work);
        }
    }

    /// JavaFX has started.
    synchronized void begin() {
        begun = true;
        waiting.forEach(Platform::runLater);
        waiting.clear();
    }
}
