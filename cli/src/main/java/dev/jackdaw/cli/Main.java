package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The program `jackdaw`.
public final class Main {
    private static final Set<String> WITHOUT_CONFIG = Set.of("--no-config", "--help", "-h", "--version", "-V");

    private Main() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.system();
        terminal.interruption().listenToSignals();
        int status = run(args, terminal);
        terminal.out().flush();
        terminal.err().flush();
        System.exit(status);
    }

    /// Runs one command line; returns the exit status.
    static int run(String[] args, Terminal terminal) {
        return run(args, terminal, Session::open);
    }

    static int run(String[] args, Terminal terminal, Sessions sessions) {
        Commands commands = new Commands(terminal, sessions);
        CommandLine commandLine = commands.whatNeeds(args);
        List<String> configured = new ArrayList<>();
        try {
            configured.addAll(configured(args, terminal, commandLine, commands));
        } catch (CommandFailure e) {
            return new ErrorReport(terminal).report(e).code();
        }
        if (configured.isEmpty()) {
            return commandLine.execute(args);
        }
        List<String> completed = new ArrayList<>(List.of(args));
        completed.addAll(Commands.index(args) + 1, configured);
        int status = commandLine.execute(completed.toArray(String[]::new));
        if (status == ExitStatus.BAD_INPUT.code()) {
            terminal.err()
                    .println("jackdaw: note: "
                            + Shown.path(ConfigFile.usual(terminal).toString()) + " added "
                            + Shown.path(String.join(" ", configured)));
        }
        return status;
    }

    /// The options that the user's [ConfigFile] has for the command.
    private static List<String> configured(
            String[] args, Terminal terminal, CommandLine commandLine, Commands commands) {
        int index = Commands.index(args);
        @Nullable
        CommandLine command = index < args.length ? commandLine.getSubcommands().get(args[index]) : null;
        if (command == null || List.of(args).stream().anyMatch(WITHOUT_CONFIG::contains)) {
            return List.of();
        }
        @Nullable ConfigFile file = ConfigFile.read(ConfigFile.usual(terminal), commands);
        return file == null ? List.of() : file.additions(command.getCommandSpec(), args);
    }
}
