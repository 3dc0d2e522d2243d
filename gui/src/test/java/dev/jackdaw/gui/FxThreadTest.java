package dev.jackdaw.gui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javafx.application.Platform;
import org.junit.jupiter.api.Test;

class FxThreadTest {
    private final List<String> done = new CopyOnWriteArrayList<>();

    private Runnable noting(String what) {
        return () -> done.add(what + (Platform.isFxApplicationThread() ? "" : ", elsewhere"));
    }

    @Test
    void workWaitsUntilThereIsAThreadAndIsThenDoneInOrder() {
        Desk.startToolkit();
        FxThread thread = new FxThread();

        thread.execute(noting("first"));
        thread.execute(noting("second"));
        Desk.run(() -> assertTrue(done.isEmpty()));
        thread.begin();
        thread.execute(noting("third"));

        Desk.run(() -> assertEquals(List.of("first", "second", "third"), done));
    }
}
