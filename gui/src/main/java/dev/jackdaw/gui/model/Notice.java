package dev.jackdaw.gui.model;

/// Something to tell the user: what happened, and what to do about it.
///
/// @param title  one short line
/// @param detail a sentence or two; may be empty
public record Notice(Kind kind, String title, String detail) {
    public enum Kind {
        INFO,
        SUCCESS,
        WARNING,
        ERROR
    }
}
