package dev.jackdaw.cli;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.StoreReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw dht announce`: makes this host a peer of a torrent.
@Command(
        name = "announce",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Announces this host as a peer of a torrent; prints how many nodes keep that.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht announce 0123456789abcdef0123456789abcdef01234567 --announce-port 6881",
            "",
            "Exit status: 0 kept by some node, 1 by none, 2 wrong usage."
        })
final class DhtAnnounceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "INFO-HASH", converter = HexId.class, description = "The torrent: 40 hexadecimal digits.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    NodeId infoHash;

    @Option(
            names = "--announce-port",
            required = true,
            paramLabel = "N",
            description = "Where the peer listens, TCP and uTP.")
    int announcePort;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtAnnounceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (announcePort < 1 || announcePort > 0xffff) {
            throw CommandFailure.badInput("--announce-port " + announcePort + ", expected 1 to 65535");
        }
        StoreReport report = question.ask(
                        terminal, dht -> dht.announce(infoHash.toInfoHash(), announcePort, false, false, _ -> {}))
                .filter(stored -> stored.stored() > 0)
                .orElseThrow(() -> CommandFailure.failed("no node took the announcement for " + infoHash));
        if (question.json) {
            new JsonLine()
                    .with("infoHash", infoHash.hex())
                    .with("port", announcePort)
                    .with("stored", report.stored())
                    .print(terminal.out());
        } else {
            terminal.out().println("announced port " + announcePort + " at nodes: " + report.stored());
        }
        return ExitStatus.DONE.code();
    }
}
