package dev.jackdaw.cli;

/// What a command says to the shell; documented in every `--help`.
enum ExitStatus {
    /// Everything that was asked for is done, and verified where there is something to verify.
    DONE(0),
    /// It could not be done.
    FAILED(1),
    /// The command line is wrong, or what it names is no torrent.
    BAD_INPUT(2),
    /// Stopped by Ctrl-C or SIGTERM, with everything saved: 128 + SIGINT.
    INTERRUPTED(130);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /// The more serious of the two, for commands with several subjects.
    ExitStatus and(ExitStatus other) {
        return code >= other.code ? this : other;
    }
}
