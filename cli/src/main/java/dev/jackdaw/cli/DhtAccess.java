package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.DhtSnapshot;
import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What the commands have in common that use the DHT for a moment: a node that lives for one question.
///
/// The node answers others while it lives: one that only asks (BEP 43) cannot show that it receives at its address,
/// and is given short answers.
class DhtAccess {
    private static final int LONGEST_TIMEOUT = 3600;

    @Mixin
    DhtOptions node = new DhtOptions();

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "Give up after so many seconds. Default: ${DEFAULT-VALUE}.")
    int timeout = 30;

    /// Asks the DHT, beginning at the nodes of `--bootstrap` or the public ones.
    ///
    /// @return empty if the time was over before the answer
    /// @throws CommandFailure if there is no node to begin with, or none answered
    <R> Optional<R> ask(Terminal terminal, Function<Dht, CompletableFuture<R>> question) throws InterruptedException {
        return with(terminal, dht -> ask(dht, question));
    }

    /// The same of a node that lives on.
    <R> Optional<R> ask(Dht dht, Function<Dht, CompletableFuture<R>> question) throws InterruptedException {
        Optional<R> answer = await(question.apply(dht));
        DhtSnapshot snapshot = dht.snapshot().join();
        if (Stream.of(snapshot.v4(), snapshot.v6()).flatMap(Optional::stream).allMatch(family -> family.nodes() == 0)) {
            throw CommandFailure.failed(
                    "no node of the DHT answered; check the network, or name others with --bootstrap");
        }
        return answer;
    }

    /// What is done with a node while it lives.
    interface Use<R> {
        R of(Dht dht) throws InterruptedException;
    }

    /// Runs a node that begins at the nodes of `--bootstrap` or the public ones, for as long as it is used. An
    /// interruption of the command interrupts the use.
    <R> R with(Terminal terminal, Use<R> use) throws InterruptedException {
        DhtConfig config = config();
        return run(terminal, config.withBootstrap(bootstrap(config)), use);
    }

    /// Asks one node, and needs no others.
    ///
    /// @return empty if the time was over before the answer
    <R> Optional<R> ask(Terminal terminal, InetSocketAddress address, NodeQuestion<R> question)
            throws InterruptedException {
        return run(terminal, config().withBootstrap(List.of()), dht -> await(question.ask(dht, address)));
    }

    /// A question to the node at an address.
    interface NodeQuestion<R> {
        CompletableFuture<R> ask(Dht dht, InetSocketAddress address);
    }

    /// The first address of a host that can be reached from where the node listens.
    InetSocketAddress resolve(PeerArgument argument) {
        return reachable(config(), argument.place().unresolved()).stream()
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed("cannot find " + argument.place()
                        + " in the address family of --bind; check the name, or use --bind 0.0.0.0 or --bind ::"));
    }

    private DhtConfig config() {
        if (timeout < 1 || timeout > LONGEST_TIMEOUT) {
            throw CommandFailure.badInput("--timeout " + timeout + ", expected 1 to " + LONGEST_TIMEOUT + " seconds");
        }
        return node.config();
    }

    /// Names are looked up before the node starts: a search that knows nobody and waits for nobody is over at once.
    private List<InetSocketAddress> bootstrap(DhtConfig config) {
        boolean isPrivate =
                config.bind().stream().allMatch(address -> address.getAddress().isLoopbackAddress());
        List<InetSocketAddress> named =
                config.bootstrap().isEmpty() && !isPrivate ? PublicNodes.ALL : config.bootstrap();
        if (named.isEmpty()) {
            throw CommandFailure.badInput("no node to begin with; name one with --bootstrap HOST:PORT");
        }
        List<InetSocketAddress> found = named.stream()
                .flatMap(place -> reachable(config, place).stream())
                .toList();
        if (found.isEmpty()) {
            throw CommandFailure.failed("cannot find " + named.getFirst().getHostString()
                    + (named.size() > 1 ? " nor the other nodes to begin with" : "")
                    + " in the address family of --bind; check the network, or name another node with --bootstrap");
        }
        if (!config.allowLocal() && found.stream().allMatch(address -> PeerAddress.isLocal(address.getAddress()))) {
            throw CommandFailure.badInput("--bootstrap " + PeerAddress.of(found.getFirst())
                    + " is not of the Internet; add --allow-local for a DHT of this machine or network");
        }
        return found;
    }

    /// The host's addresses of the families that the node has, none if there is no such host.
    private static List<InetSocketAddress> reachable(DhtConfig config, InetSocketAddress place) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            Arrays.stream(InetAddress.getAllByName(place.getHostString()))
                    .filter(host -> config.bind().stream()
                            .anyMatch(own -> own.getAddress() instanceof Inet6Address == host instanceof Inet6Address))
                    .forEach(host -> addresses.add(new InetSocketAddress(host, place.getPort())));
        } catch (UnknownHostException e) {
            return List.of();
        }
        return addresses;
    }

    private static <R> R run(Terminal terminal, DhtConfig config, Use<R> use) throws InterruptedException {
        try (Dht dht = Dht.start(config);
                Interruption.Hearing _ = terminal.interruption().interruptCaller()) {
            return use.of(dht);
        } catch (IOException e) {
            throw CommandFailure.failed(ErrorReport.reason(e), e);
        }
    }

    private <R> Optional<R> await(CompletableFuture<R> answer) throws InterruptedException {
        try {
            return Optional.of(answer.get(timeout, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            answer.cancel(false);
        }
    }
}
