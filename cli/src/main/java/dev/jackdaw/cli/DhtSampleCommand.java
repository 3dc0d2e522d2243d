package dev.jackdaw.cli;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.InfoHash;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jackdaw dht sample`: what torrents nodes know of (BEP 51).
@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Collects info-hashes that nodes on the way to an id know of; prints one a line.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht sample",
            "  jackdaw dht sample 0123456789abcdef0123456789abcdef01234567 --json",
            "",
            "Exit status: 0 some found, 1 none, 2 wrong usage."
        })
final class DhtSampleCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = HexId.class,
            description = "Where to look: 40 hexadecimal digits. Default: anywhere.")
    @Nullable
    NodeId id;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtSampleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        NodeId target = id == null ? NodeId.random(new SecureRandom()) : id;
        Set<InfoHash> found = question.ask(terminal, dht -> dht.sampleInfohashes(target))
                .orElseThrow(() -> CommandFailure.failed(
                        "no answer after " + question.timeout + " s; give it more with --timeout"));
        if (found.isEmpty()) {
            throw CommandFailure.failed("the nodes towards " + target + " gave no samples");
        }
        for (InfoHash infoHash : found) {
            if (question.json) {
                new JsonLine().with("infoHash", infoHash.hex()).print(terminal.out());
            } else {
                terminal.out().println(infoHash);
            }
        }
        return ExitStatus.DONE.code();
    }
}
