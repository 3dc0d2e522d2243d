package dev.jackdaw.cli;

/// The end of a command that cannot go on: one line for a person, and the exit status.
///
/// The message names what was tried, on which file or host, why it failed, and what to do about it.
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    private CommandFailure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    private CommandFailure(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    static CommandFailure badInput(String message) {
        return new CommandFailure(ExitStatus.BAD_INPUT, message);
    }

    static CommandFailure badInput(String message, Throwable cause) {
        return new CommandFailure(ExitStatus.BAD_INPUT, message, cause);
    }

    static CommandFailure failed(String message) {
        return new CommandFailure(ExitStatus.FAILED, message);
    }

    static CommandFailure failed(String message, Throwable cause) {
        return new CommandFailure(ExitStatus.FAILED, message, cause);
    }

    static CommandFailure interrupted(String message) {
        return new CommandFailure(ExitStatus.INTERRUPTED, message);
    }

    ExitStatus status() {
        return status;
    }
}
