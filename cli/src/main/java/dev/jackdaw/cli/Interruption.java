package dev.jackdaw.cli;

import java.io.File;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// The user's wish to stop: the first Ctrl-C, SIGTERM or closing of the terminal (SIGHUP) asks for an orderly end,
/// the second one ends the process at once.
final class Interruption {
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile Runnable unheard = () -> {};
    private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();

    /// Asks for the end; says whether this was the first time.
    boolean request() {
        boolean first = requested.compareAndSet(false, true);
        if (first) {
            Optional.ofNullable(listener.get()).orElse(unheard).run();
        }
        return first;
    }

    boolean isRequested() {
        return requested.get();
    }

    /// A command's promise to end in order when asked to.
    interface Hearing extends AutoCloseable {
        @Override
        void close();
    }

    /// Runs `wake`, on a signal's thread, when the end is asked for; at once if it was already. One at a time.
    Hearing hear(Runnable wake) {
        listener.set(wake);
        if (isRequested()) {
            wake.run();
        }
        return () -> listener.set(null);
    }

    /// Interrupts the calling thread when the end is asked for.
    Hearing interruptCaller() {
        return hear(Thread.currentThread()::interrupt);
    }

    /// Ends the command if the user asked for it: for loops that have nothing to save.
    void check() {
        if (isRequested()) {
            throw CommandFailure.interrupted("interrupted");
        }
    }

    /// Routes the process's signals here; one that comes while no command hears ends the process. A JVM shutdown hook
    /// could not see a second Ctrl-C, nor choose the exit status.
    void listenToSignals() {
        unheard = () -> System.exit(ExitStatus.INTERRUPTED.code());
        listenTo("INT");
        listenTo("TERM");
        if (File.separatorChar == '/') { // Windows knows no other
            listenTo("HUP");
        }
    }

    private void listenTo(String name) {
        Signal.handle(new Signal(name), signal -> {
            if (!request()) {
                Runtime.getRuntime().halt(ExitStatus.INTERRUPTED.code());
            }
        });
    }
}
