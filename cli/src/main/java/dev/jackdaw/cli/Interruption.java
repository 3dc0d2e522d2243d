package dev.jackdaw.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import sun.misc.Signal;

/// The user's wish to stop: the first Ctrl-C or SIGTERM asks for an orderly end, the second one ends the process at once.
final class Interruption {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final AtomicReference<Runnable> listener = new AtomicReference<>(() -> {});

    /// Asks for the end; says whether this was the first time.
    boolean request() {
        boolean first = requested.compareAndSet(false, true);
        if (first) {
            listener.get().run();
        }
        return first;
    }

    boolean isRequested() {
        return requested.get();
    }

    /// Runs that, on a signal's thread, when the end is asked for; at once if it was already. One listener at a time.
    void onRequest(Runnable wake) {
        listener.set(wake);
        if (isRequested()) {
            wake.run();
        }
    }

    /// Ends the command if the user asked for it: for loops that have nothing to save.
    void check() {
        if (isRequested()) {
            throw CommandFailure.interrupted("interrupted");
        }
    }

    /// Routes the process's signals here. A JVM shutdown hook could not see a second Ctrl-C, nor choose the exit status.
    @SuppressWarnings("sunapi")
    void listenToSignals() {
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> {
                if (!request()) {
                    Runtime.getRuntime().halt(ExitStatus.INTERRUPTED.code());
                }
            });
        }
    }
}
