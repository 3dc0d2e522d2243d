package dev.jackdaw.peer;

/// Hears of what happens in a session.
@FunctionalInterface
public interface SessionListener {
    void on(SessionEvent event);
}
