package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import java.nio.file.Path;
import java.util.Optional;

/// The session of a `download` or `seed` command with its display, its place for state and its log.
final class TransferSession implements AutoCloseable {
    private static final int USUAL_PORT = 6881;

    private final Session session;
    private final TransferDisplay display;
    private final Optional<StateDirectory> state;
    private final Runnable releaseLog;

    private TransferSession(
            Session session, TransferDisplay display, Optional<StateDirectory> state, Runnable releaseLog) {
        this.session = session;
        this.display = display;
        this.state = state;
        this.releaseLog = releaseLog;
    }

    static TransferSession open(Terminal terminal, Sessions sessions, TransferOptions options, boolean debug) {
        LogLines log = LogLines.install(terminal, debug);
        Optional<StateDirectory> state = takeState(terminal, options);
        try {
            Session session = openSession(sessions, options, state);
            TransferDisplay display = display(terminal, options, log);
            display.listening(session.status());
            return new TransferSession(session, display, state, log::sendToStandardError);
        } catch (RuntimeException e) {
            state.ifPresent(StateDirectory::close);
            throw e;
        }
    }

    private static Optional<StateDirectory> takeState(Terminal terminal, TransferOptions options) {
        if (options.noState) {
            return Optional.empty();
        }
        Path path = options.state.map(terminal::resolve).orElseGet(() -> StateDirectory.usual(terminal));
        Optional<StateDirectory> state = StateDirectory.take(path);
        if (state.isEmpty() && !options.quiet) {
            terminal.err().println("jackdaw: note: another jackdaw uses " + Shown.path(path.toString())
                    + "; this one remembers nothing and will hash its content again when restarted (--state gives it a place)");
        }
        return state;
    }

    /// On the port that was asked for; without a wish, on the usual one or whichever is free.
    private static Session openSession(Sessions sessions, TransferOptions options, Optional<StateDirectory> state) {
        if (options.port.isPresent()) {
            return sessions.open(options.sessionConfig(state, options.port.get()));
        }
        try {
            return sessions.open(options.sessionConfig(state, USUAL_PORT));
        } catch (SessionException e) {
            // Perhaps taken by another client; if that was not it, the second attempt fails for the same reason.
            return sessions.open(options.sessionConfig(state, 0));
        }
    }

    private static TransferDisplay display(Terminal terminal, TransferOptions options, LogLines log) {
        if (options.json) {
            return new JsonDisplay(terminal.out());
        }
        if (terminal.interactive() && !options.quiet) {
            LiveDisplay live = new LiveDisplay(terminal);
            log.sendTo(live::log);
            return live;
        }
        return new PlainDisplay(terminal, options.quiet);
    }

    Session session() {
        return session;
    }

    TransferDisplay display() {
        return display;
    }

    Optional<Path> stateDirectory() {
        return state.map(StateDirectory::path);
    }

    /// The display goes first: closing a session may take seconds, during which nothing moves.
    @Override
    public void close() {
        display.close();
        releaseLog.run();
        session.close();
        state.ifPresent(StateDirectory::close);
    }
}
