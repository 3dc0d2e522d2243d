package dev.jackdaw.dht;

import dev.jackdaw.dht.engine.EngineConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Settings of a node.
///
/// @param bind       where it listens, at most one address of each family; only for a node with sockets of its
///     own
/// @param bootstrap  nodes to begin with, names not resolved yet
/// @param stateFile  where it keeps its id and the nodes it knows between runs
/// @param allowLocal whether it has to do with networks that are not the Internet, where one host may be many
///     nodes
/// @param limited    whether sources have allowances and its own queries are paced
/// @param readOnly   whether it only asks (BEP 43)
public record DhtConfig(
        List<InetSocketAddress> bind,
        List<InetSocketAddress> bootstrap,
        Optional<Path> stateFile,
        boolean allowLocal,
        boolean limited,
        boolean readOnly) {
    public DhtConfig {
        bind = List.copyOf(bind);
        bootstrap = List.copyOf(bootstrap);
    }

    /// A node on any free port of IPv4, that knows nobody and forgets everything.
    public static DhtConfig defaults() {
        return new DhtConfig(
                List.of(new InetSocketAddress("0.0.0.0", 0)), List.of(), Optional.empty(), false, true, false);
    }

    public DhtConfig withBind(List<InetSocketAddress> addresses) {
        return new DhtConfig(addresses, bootstrap, stateFile, allowLocal, limited, readOnly);
    }

    public DhtConfig withBootstrap(List<InetSocketAddress> nodes) {
        return new DhtConfig(bind, nodes, stateFile, allowLocal, limited, readOnly);
    }

    public DhtConfig withStateFile(Path file) {
        return new DhtConfig(bind, bootstrap, Optional.of(file), allowLocal, limited, readOnly);
    }

    public DhtConfig withAllowLocal(boolean allowed) {
        return new DhtConfig(bind, bootstrap, stateFile, allowed, limited, readOnly);
    }

    public DhtConfig withLimited(boolean isLimited) {
        return new DhtConfig(bind, bootstrap, stateFile, allowLocal, isLimited, readOnly);
    }

    public DhtConfig withReadOnly(boolean isReadOnly) {
        return new DhtConfig(bind, bootstrap, stateFile, allowLocal, limited, isReadOnly);
    }

    EngineConfig engine(boolean v4, boolean v6) {
        return new EngineConfig(v4, v6, allowLocal, limited, readOnly, EngineConfig.ALPHA);
    }
}
