package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.NodeId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jackdaw dht scrape`: how many share a torrent (BEP 33).
@Command(
        name = "scrape",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Estimates how many share a torrent, from what the nodes around it keep.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht scrape 0123456789abcdef0123456789abcdef01234567",
            "",
            "Exit status: 0 somebody shares it, 1 nobody, 2 wrong usage."
        })
final class DhtScrapeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "INFO-HASH", converter = HexId.class, description = "The torrent: 40 hexadecimal digits.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    NodeId infoHash;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtScrapeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Dht.Scrape scrape = question.ask(terminal, dht -> dht.scrape(infoHash.toInfoHash()))
                .orElseThrow(() -> CommandFailure.failed(
                        "no answer after " + question.timeout + " s; give it more with --timeout"));
        long seeds = Math.round(scrape.seeds());
        long peers = Math.round(scrape.peers());
        if (seeds + peers == 0) {
            throw CommandFailure.failed("nobody is known to share " + infoHash);
        }
        if (question.json) {
            new JsonLine()
                    .with("infoHash", infoHash.hex())
                    .with("seeds", seeds)
                    .with("peers", peers)
                    .print(terminal.out());
        } else {
            terminal.out().println("about " + seeds + " seeds and " + peers + " other peers");
        }
        return ExitStatus.DONE.code();
    }
}
