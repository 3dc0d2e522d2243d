package dev.jackdaw.cli;

import dev.jackdaw.tracker.TrackerCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine;

/// The commands of `jackdaw`. Each is made when a command line needs it: picocli learns a command's options by
/// reflection, and to have it learn them all would take a third of a short command's time.
final class Commands {
    /// What may stand before a command without asking for something else than that command.
    private static final Set<String> BEFORE_A_COMMAND = Set.of("--debug", "--no-config");
    /// Its script tells of all the others.
    private static final String COMPLETION = "completion";

    private final Terminal terminal;
    /// By name, in the order in which `--help` shows them; made from whether to log everything.
    private final Map<String, Function<BooleanSupplier, Object>> commands = new LinkedHashMap<>();

    Commands(Terminal terminal, Sessions sessions) {
        this.terminal = terminal;
        commands.put("download", debug -> new DownloadCommand(terminal, sessions, debug));
        commands.put("seed", debug -> new SeedCommand(terminal, sessions, debug));
        commands.put("create", _ -> new CreateCommand(terminal));
        commands.put("publish", _ -> new PublishCommand(terminal));
        commands.put("show", _ -> new ShowCommand(terminal));
        commands.put("verify", _ -> new VerifyCommand(terminal));
        commands.put("demo", debug -> new DemoCommand(terminal, sessions, debug));
        commands.put("simulate", _ -> new SimulateCommand(terminal));
        commands.put("tracker", _ -> new TrackerCommand());
        commands.put("dht", _ -> dht());
        commands.put(COMPLETION, _ -> new CompletionCommand(terminal));
    }

    private CommandLine dht() {
        return new CommandLine(new DhtCommand())
                .addSubcommand(new DhtNodeCommand(terminal))
                .addSubcommand(new DhtPingCommand(terminal))
                .addSubcommand(new DhtLookupCommand(terminal))
                .addSubcommand(new DhtAnnounceCommand(terminal))
                .addSubcommand(new DhtScrapeCommand(terminal))
                .addSubcommand(new DhtGetCommand(terminal))
                .addSubcommand(new DhtPutCommand(terminal))
                .addSubcommand(new DhtSampleCommand(terminal))
                .addSubcommand(new DhtSimulateCommand(terminal));
    }

    /// Where the command's name is in a command line: the first argument that is no option.
    static int index(String[] args) {
        int index = 0;
        while (index < args.length && args[index].startsWith("-")) {
            index++;
        }
        return index;
    }

    /// Knows at least the command that these arguments name; all of them if they name none, or ask for help with
    /// `jackdaw` itself.
    CommandLine whatNeeds(String[] args) {
        int index = index(args);
        for (int i = 0; i < index; i++) {
            if (!BEFORE_A_COMMAND.contains(args[i])) {
                return all();
            }
        }
        boolean one = index < args.length && commands.containsKey(args[index]) && !args[index].equals(COMPLETION);
        return one ? commandLine(args[index]::equals) : all();
    }

    CommandLine all() {
        return commandLine(_ -> true);
    }

    private CommandLine commandLine(Predicate<String> wanted) {
        RootCommand root = new RootCommand(terminal);
        CommandLine commandLine = new CommandLine(root);
        commands.forEach((name, command) -> {
            if (wanted.test(name)) {
                commandLine.addSubcommand(command.apply(root::debug));
            }
        });
        tellVersion(commandLine);
        ErrorReport errors = new ErrorReport(terminal);
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

    /// Commands have `--version` from picocli, and nothing to print there.
    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Commands::tellVersion);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
    }
}
