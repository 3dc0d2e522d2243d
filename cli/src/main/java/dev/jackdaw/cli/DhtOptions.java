package dev.jackdaw.cli;

import dev.jackdaw.dht.DhtConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Options of every command that is a node of the DHT, if only for a moment.
final class DhtOptions {
    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            description = "Listen on this address; repeat it for both families. Default: every IPv4 address.")
    List<String> bind = new ArrayList<>();

    @Option(names = "--port", paramLabel = "N", description = "UDP port. Default: any free one.")
    int port;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            converter = PeerArgument.Converter.class,
            description = "A node to begin with; may be repeated.")
    List<PeerArgument> bootstrap = new ArrayList<>();

    @Option(
            names = "--allow-local",
            description = "Have to do with addresses that are not of the Internet, and with many nodes on one host.")
    boolean allowLocal;

    /// The node's settings, with the bootstrap nodes' names not looked up.
    ///
    /// @throws CommandFailure if an option's value makes no sense
    DhtConfig config() {
        if (port < 0 || port > 0xffff) {
            throw CommandFailure.badInput("port " + port + ", expected 0 to 65535");
        }
        return DhtConfig.defaults()
                .withBind(
                        bind.isEmpty()
                                ? List.of(address("0.0.0.0"))
                                : bind.stream().map(this::address).toList())
                .withBootstrap(bootstrap.stream()
                        .map(node -> node.place().unresolved())
                        .toList())
                .withAllowLocal(allowLocal);
    }

    private InetSocketAddress address(String text) {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(text), port);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput("--bind " + Shown.path(text) + " is no IP address", e);
        }
    }
}
