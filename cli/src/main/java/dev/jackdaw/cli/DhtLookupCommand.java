package dev.jackdaw.cli;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw dht lookup`: finds the peers of a torrent, or the nodes around a point.
@Command(
        name = "lookup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Finds the peers of a torrent, or with --nodes the nodes closest to an id; prints one a line.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht lookup 0123456789abcdef0123456789abcdef01234567",
            "  jackdaw dht lookup --nodes 0123456789abcdef0123456789abcdef01234567",
            "",
            "Exit status: 0 some found, 1 none, 2 wrong usage."
        })
final class DhtLookupCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "INFO-HASH",
            converter = HexId.class,
            description = "The torrent, or with --nodes any id: 40 hexadecimal digits.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    NodeId target;

    @Option(names = "--nodes", description = "Look for the closest nodes, not for peers.")
    boolean nodes;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtLookupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return nodes ? nodes() : peers();
    }

    /// Prints those found before the time was over, too.
    private int peers() throws InterruptedException {
        Set<PeerAddress> found = ConcurrentHashMap.newKeySet();
        question.ask(terminal, dht -> dht.getPeers(target.toInfoHash(), found::addAll));
        if (found.isEmpty()) {
            throw CommandFailure.failed("no peers found for " + target);
        }
        for (PeerAddress peer : found) {
            if (question.json) {
                new JsonLine().with("peer", peer.toString()).print(terminal.out());
            } else {
                terminal.out().println(peer);
            }
        }
        return ExitStatus.DONE.code();
    }

    private int nodes() throws InterruptedException {
        List<NodeContact> closest =
                question.ask(terminal, dht -> dht.lookup(target)).orElse(List.of());
        if (closest.isEmpty()) {
            throw CommandFailure.failed("no nodes found around " + target);
        }
        for (NodeContact node : closest) {
            if (question.json) {
                new JsonLine()
                        .with("id", node.id().hex())
                        .with("address", node.address().toString())
                        .print(terminal.out());
            } else {
                terminal.out().println(node.id() + " " + node.address());
            }
        }
        return ExitStatus.DONE.code();
    }
}
