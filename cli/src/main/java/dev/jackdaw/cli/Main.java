package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.tracker.TrackerCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
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
        int status = run(args, terminal, Session::open);
        terminal.out().flush();
        terminal.err().flush();
        System.exit(status);
    }

    /// Runs one command line; returns the exit status.
    static int run(String[] args, Terminal terminal, Sessions sessions) {
        CommandLine commands = commandLine(terminal, sessions);
        List<String> configured = new ArrayList<>();
        try {
            configured.addAll(configured(args, terminal, commands));
        } catch (CommandFailure e) {
            return new ErrorReport(terminal).report(e).code();
        }
        if (configured.isEmpty()) {
            return commands.execute(args);
        }
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(commandIndex(args) + 1, configured);
        int status = commands.execute(all.toArray(String[]::new));
        if (status == ExitStatus.BAD_INPUT.code()) {
            terminal.err()
                    .println("jackdaw: note: "
                            + Shown.path(ConfigFile.usual(terminal).toString()) + " added "
                            + Shown.path(String.join(" ", configured)));
        }
        return status;
    }

    /// The options that the user's [ConfigFile] has for the command.
    private static List<String> configured(String[] args, Terminal terminal, CommandLine commands) {
        int index = commandIndex(args);
        @Nullable
        CommandLine command = index < args.length ? commands.getSubcommands().get(args[index]) : null;
        if (command == null || List.of(args).stream().anyMatch(WITHOUT_CONFIG::contains)) {
            return List.of();
        }
        @Nullable ConfigFile file = ConfigFile.read(ConfigFile.usual(terminal), commands);
        return file == null ? List.of() : file.additions(command.getCommandSpec(), args);
    }

    /// Where the command's name is: the first argument that is no option.
    private static int commandIndex(String[] args) {
        int index = 0;
        while (index < args.length && args[index].startsWith("-")) {
            index++;
        }
        return index;
    }

    static CommandLine commandLine(Terminal terminal, Sessions sessions) {
        RootCommand root = new RootCommand(terminal);
        ErrorReport errors = new ErrorReport(terminal);
        CommandLine commandLine = new CommandLine(root)
                .addSubcommand(new DownloadCommand(terminal, sessions, root::debug))
                .addSubcommand(new SeedCommand(terminal, sessions, root::debug))
                .addSubcommand(new CreateCommand(terminal))
                .addSubcommand(new PublishCommand(terminal))
                .addSubcommand(new ShowCommand(terminal))
                .addSubcommand(new VerifyCommand(terminal))
                .addSubcommand(new DemoCommand(terminal, sessions, root::debug))
                .addSubcommand(new SimulateCommand(terminal))
                .addSubcommand(new TrackerCommand())
                .addSubcommand(new CommandLine(new DhtCommand())
                        .addSubcommand(new DhtNodeCommand(terminal))
                        .addSubcommand(new DhtPingCommand(terminal))
                        .addSubcommand(new DhtLookupCommand(terminal))
                        .addSubcommand(new DhtAnnounceCommand(terminal))
                        .addSubcommand(new DhtScrapeCommand(terminal))
                        .addSubcommand(new DhtGetCommand(terminal))
                        .addSubcommand(new DhtPutCommand(terminal))
                        .addSubcommand(new DhtSampleCommand(terminal))
                        .addSubcommand(new DhtSimulateCommand(terminal)))
                .addSubcommand(new CompletionCommand(terminal));
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(Math.clamp(terminal.window().get().columns(), 60, 100))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        terminal.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
    }
}
