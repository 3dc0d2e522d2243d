package dev.jackdaw.tracker.accounts;

/// An account operation that cannot be done, with a message for whoever asked for it.
public final class AccountException extends Exception {
    private static final long serialVersionUID = 1;

    /// What kind of reason it is.
    public enum Problem {
        /// What was asked for makes no sense.
        INVALID,
        /// There is no such user or invite.
        NOT_FOUND,
        /// There is one already.
        CONFLICT,
        /// Somebody has as many as they may.
        LIMIT,
        /// The database does not answer; later it may.
        UNAVAILABLE
    }

    private final Problem problem;

    AccountException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    AccountException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
