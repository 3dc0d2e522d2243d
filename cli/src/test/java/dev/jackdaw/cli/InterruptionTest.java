package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;
import sun.misc.SignalHandler;

@DisabledOnOs(OS.WINDOWS)
class InterruptionTest {
    @AfterEach
    void leaveSignalsToTheSystem() {
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(name), SignalHandler.SIG_DFL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalAsksForAnOrderlyEnd(String name) throws InterruptedException {
        var interruption = new Interruption();
        interruption.listenToSignals();
        var heard = new CountDownLatch(1);

        try (Interruption.Hearing _ = interruption.hear(heard::countDown)) {
            Signal.raise(new Signal(name));
            assertTrue(heard.await(10, TimeUnit.SECONDS));
        }
    }
}
