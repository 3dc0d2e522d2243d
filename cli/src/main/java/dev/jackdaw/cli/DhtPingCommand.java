package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.protocol.PeerAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jackdaw dht ping`: asks an address whether a node is there.
@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Asks an address whether a node of the DHT is there; prints its id and how soon it answered.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht ping router.example:6881",
            "",
            "Exit status: 0 a node answered, 1 none did, 2 wrong usage."
        })
final class DhtPingCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "HOST:PORT",
            converter = PeerArgument.Converter.class,
            description = "Whom to ask, over UDP.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    PeerArgument place;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtPingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = question.resolve(place);
        Dht.Pong pong = question.ask(terminal, address, Dht::ping)
                .flatMap(answer -> answer)
                .orElseThrow(() -> CommandFailure.failed(
                        "no node answers at " + place.place() + "; check host and port, and that UDP gets through"));
        double millis = pong.roundTrip().toNanos() / 1e6;
        if (question.json) {
            new JsonLine()
                    .with("id", pong.id().hex())
                    .with("address", PeerAddress.of(address).toString())
                    .with("roundTripMillis", millis)
                    .print(terminal.out());
        } else {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s answers at %s after %.1f ms%n",
                            pong.id(),
                            PeerAddress.of(address),
                            millis);
        }
        return ExitStatus.DONE.code();
    }
}
