package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;

/// The session of a `download` or `seed` command with its display and its log.
final class TransferSession implements AutoCloseable {
    private static final int USUAL_PORT = 6881;

    private final Session session;
    private final TransferDisplay display;
    private final Runnable releaseLog;

    private TransferSession(Session session, TransferDisplay display, Runnable releaseLog) {
        this.session = session;
        this.display = display;
        this.releaseLog = releaseLog;
    }

    static TransferSession open(
            Terminal terminal, Sessions sessions, TransferOptions options, StateDirectory state, boolean debug) {
        LogLines log = LogLines.install(terminal, debug);
        Session session = openSession(sessions, options, state);
        TransferDisplay display = display(terminal, options, log);
        display.listening(session.status());
        return new TransferSession(session, display, log::sendToStandardError);
    }

    /// On the port that was asked for; without a wish, on the usual one or whichever is free.
    private static Session openSession(Sessions sessions, TransferOptions options, StateDirectory state) {
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

    /// The display goes first: closing a session may take seconds, during which nothing moves.
    @Override
    public void close() {
        display.close();
        releaseLog.run();
        session.close();
    }
}
