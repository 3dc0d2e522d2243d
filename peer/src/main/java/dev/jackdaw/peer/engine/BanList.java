package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// With whom a torrent will have nothing more to do, because they were proven to lie.
///
/// A host is banned with all its ports; an IPv6 host is its /64 network, all of which one machine can use. On a local
/// host, where many peers may live, only the one address is banned.
final class BanList {
    /// Bans of a kind at a time; the longest banned is forgiven when one more comes.
    static final int MOST = 10_000;

    private final Set<PeerAddress> addresses = newest(MOST);
    private final Set<Identity> ids = newest(MOST);

    /// A peer that dials us from a host where others live too: its port says nothing.
    private record Identity(PeerAddress host, PeerId id) {}

    /// A set that keeps those which were added last.
    static <T> Set<T> newest(int most) {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                return size() > most;
            }
        });
    }

    /// @param shared whether a peer of the same host has proven honest, so that the one address is meant
    void add(PeerAddress address, boolean shared) {
        addresses.add(shared ? address : host(address));
    }

    /// Bans who dials from that host under that id.
    void add(PeerAddress address, PeerId id) {
        ids.add(new Identity(address.withPort(0), id));
    }

    boolean contains(PeerAddress address) {
        return !addresses.isEmpty() && (addresses.contains(host(address)) || addresses.contains(address));
    }

    boolean contains(PeerAddress address, PeerId id) {
        return !ids.isEmpty() && ids.contains(new Identity(address.withPort(0), id));
    }

    private static PeerAddress host(PeerAddress address) {
        if (address.isLocal()) {
            return address;
        }
        return address.v6() ? new PeerAddress(address.high(), 0, true, 0) : address.withPort(0);
    }
}
