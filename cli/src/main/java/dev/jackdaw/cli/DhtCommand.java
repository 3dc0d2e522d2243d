package dev.jackdaw.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `jackdaw dht`: what can be done with the DHT alone.
@Command(
        name = "dht",
        mixinStandardHelpOptions = true,
        description = "Takes part in the distributed hash table that finds peers without a tracker.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht node --port 6881 --bootstrap router.example:6881",
            "  jackdaw dht lookup 0123456789abcdef0123456789abcdef01234567",
            "",
            "Exit status: 0 done, 1 failed, 2 wrong usage."
        })
final class DhtCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, such as `jackdaw dht node`");
    }
}
