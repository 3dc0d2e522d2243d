package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.tracker.TrackerCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;

/// The program `jackdaw`.
public final class Main {
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
        return commandLine(terminal, sessions).execute(args);
    }

    static CommandLine commandLine(Terminal terminal, Sessions sessions) {
        RootCommand root = new RootCommand(terminal);
        ErrorReport errors = new ErrorReport(terminal);
        CommandLine commandLine = new CommandLine(root)
                .addSubcommand(new DownloadCommand(terminal, sessions, root::debug))
                .addSubcommand(new SeedCommand(terminal, sessions, root::debug))
                .addSubcommand(new CreateCommand(terminal))
                .addSubcommand(new ShowCommand(terminal))
                .addSubcommand(new VerifyCommand(terminal))
                .addSubcommand(new DemoCommand(terminal, sessions, root::debug))
                .addSubcommand(new SimulateCommand(terminal))
                .addSubcommand(new TrackerCommand())
                .addSubcommand(new CommandLine(new DhtCommand()).addSubcommand(new DhtNodeCommand(terminal)))
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
