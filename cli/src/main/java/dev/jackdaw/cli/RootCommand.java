package dev.jackdaw.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `jackdaw` without a command: says what there is.
@Command(
        name = "jackdaw",
        description = "Downloads and shares files with BitTorrent.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        scope = ScopeType.LOCAL,
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw download debian.torrent --dir downloads",
            "  jackdaw download 'magnet:?xt=urn:btih:...'",
            "  jackdaw seed holiday-photos      share a directory, print its magnet link",
            "  jackdaw demo                     see it all on this machine, no network needed",
            "",
            "'jackdaw COMMAND --help' explains a command.",
            "Exit status: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted with everything saved."
        })
final class RootCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log what happens inside to standard error, and where an error comes from.")
    boolean debug;

    /// Looked for in [Main], before the command line is parsed.
    @Option(
            names = "--no-config",
            scope = ScopeType.INHERIT,
            description = "Take no options from the configuration file.")
    boolean noConfig;

    RootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean debug() {
        return debug;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(terminal.err());
        return ExitStatus.BAD_INPUT.code();
    }
}
