package dev.jackdaw.peer.engine;

/// What a peer did that no client does: the connection ends, with this reason. It carries no stack trace, since peers
/// can cause it as often as they like.
final class Offence extends Exception {
    private static final long serialVersionUID = 1L;

    Offence(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
