package dev.jackdaw.peer;

/// What a caller can get wrong or meet: a duplicate torrent, a closed session, a source that is no torrent, a port that
/// is taken, a directory that cannot be written. The message is one sentence for a person.
public class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SessionException(String message) {
        super(message);
    }

    public SessionException(String message, Throwable cause) {
        super(message, cause);
    }
}
