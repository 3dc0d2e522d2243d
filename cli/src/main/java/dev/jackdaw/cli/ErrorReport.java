package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.protocol.Spelling;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The one place where an exception becomes a line on standard error and an exit status.
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Terminal terminal;

    ErrorReport(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String message = e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
                ? unexpected(unmatched)
                : Optional.ofNullable(e.getMessage())
                        .orElse("wrong usage")
                        .lines()
                        .findFirst()
                        .orElse("");
        String hint = e instanceof UnmatchedArgumentException unmatched ? suggestion(unmatched) : "";
        String name = command.getCommandSpec().qualifiedName();
        line(decapitalized(Shown.path(message)) + hint + "; see '" + name + " --help'");
        return ExitStatus.BAD_INPUT.code();
    }

    private static String unexpected(UnmatchedArgumentException e) {
        String argument = "'" + e.getUnmatched().getFirst() + "'";
        return e.getCommandLine().getSubcommands().isEmpty()
                ? "unexpected argument " + argument
                : argument + " is no command";
    }

    /// What the user may have meant, if something is spelt nearly the same.
    private static String suggestion(UnmatchedArgumentException e) {
        String seen = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
        return Spelling.nearest(seen, e.getSuggestions())
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        ExitStatus status = report(e);
        if (command.getCommandSpec().root().userObject() instanceof RootCommand root && root.debug()) {
            e.printStackTrace(terminal.err());
        }
        return status.code();
    }

    /// Says what went wrong; returns what the process is to end with.
    ExitStatus report(Exception e) {
        return switch (e) {
            case CommandFailure failure -> {
                line(Optional.ofNullable(failure.getMessage()).orElse("failed"));
                yield failure.status();
            }
            case SessionException failure -> {
                line(Shown.path(Optional.ofNullable(failure.getMessage()).orElse("failed")));
                yield ExitStatus.FAILED;
            }
            case InterruptedException _ -> {
                line("interrupted");
                yield ExitStatus.INTERRUPTED;
            }
            case IOException failure -> {
                line(reason(failure));
                yield ExitStatus.FAILED;
            }
            case Exception failure -> {
                line("unexpected " + Shown.text(failure.toString())
                        + "; this is a bug: run again with --debug and report what it prints");
                yield ExitStatus.FAILED;
            }
        };
    }

    private void line(String message) {
        terminal.err().println("jackdaw: " + message);
    }

    /// Why an operation on a file or host failed, in a few words. A [FileSystemException]'s own message is only the
    /// path.
    static String reason(@Nullable Throwable e) {
        return switch (e) {
            case null -> "unknown reason";
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file of that name is in the way";
            case NotDirectoryException _ -> "not a directory";
            case ConnectException failure when failure.getMessage() == null -> "connection refused";
            case FileSystemException failure when failure.getReason() != null -> Shown.text(failure.getReason());
            case Throwable failure when failure.getMessage() != null -> Shown.text(failure.getMessage());
            case Throwable failure -> failure.getClass().getSimpleName();
        };
    }

    private static String decapitalized(String text) {
        return text.length() > 1 && Character.isLowerCase(text.charAt(1))
                ? Character.toLowerCase(text.charAt(0)) + text.substring(1)
                : text;
    }
}
