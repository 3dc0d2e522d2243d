package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.DhtSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jackdaw dht node`: a node alone, until it is stopped.
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Runs a node of the DHT until it is stopped; prints its port and its id.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht node --port 6881 --bootstrap router.example:6881",
            "  jackdaw dht node --bind 127.0.0.1 --allow-local     a DHT of this machine alone",
            "",
            "Exit status: 0 stopped, 1 the port cannot be had, 2 wrong usage."
        })
final class DhtNodeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    DhtOptions options = new DhtOptions();

    @Option(names = "--state", paramLabel = "FILE", description = "Remember id and nodes here between runs.")
    Optional<Path> state = Optional.empty();

    @Option(names = "--no-limits", description = "Answer every source as fast as it asks, and ask as fast as possible.")
    boolean noLimits;

    DhtNodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (Dht dht = Dht.start(config());
                Interruption.Hearing _ = terminal.interruption().hear(end::countDown)) {
            DhtSnapshot snapshot = dht.snapshot().join();
            dht.localAddresses().forEach(address -> terminal.out().println("port " + address.getPort()));
            snapshot.v4().ifPresent(family -> terminal.out().println("id " + family.id()));
            snapshot.v6().ifPresent(family -> terminal.out().println("id6 " + family.id()));
            terminal.out().flush();
            end.await();
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
        }
        return ExitStatus.DONE.code();
    }

    private DhtConfig config() {
        DhtConfig config = options.config().withLimited(!noLimits);
        return state.map(file -> config.withStateFile(terminal.resolve(file.toString())))
                .orElse(config);
    }
}
