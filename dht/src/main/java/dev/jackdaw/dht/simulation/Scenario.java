package dev.jackdaw.dht.simulation;

import dev.jackdaw.simulation.Seed;

/// A world for a DHT, and what is asked of it.
///
/// @param nodes   at the beginning, of every kind; 16 … 1,000,000
/// @param alpha   candidates that a lookup asks at a time
/// @param dead    share of nodes that others know of, and that do not answer any more
/// @param nat     share of the living behind a NAT, which lets in only whom they have contacted
/// @param sybil   share of the living that work together against the others: their ids are near whatever is
///     looked up, and they hand out only each other; none of these ids belongs to its address (BEP 42)
/// @param loss    share of datagrams that are lost
/// @param sessionMinutes median of the time until a node leaves and another comes; 0 for no coming and going
/// @param lookups to be done by random nodes, and as many by the nodes beside their targets
/// @param torrents each announced by one node, then looked for by `lookups` others
public record Scenario(
        int nodes,
        int alpha,
        double dead,
        double nat,
        double sybil,
        double loss,
        int sessionMinutes,
        int lookups,
        int torrents,
        Seed seed) {
    /// Of [#nodes].
    public static final int MOST_NODES = 1_000_000;

    public Scenario {
        if (nodes < 16 || nodes > MOST_NODES || lookups < 1 || torrents < 0 || sessionMinutes < 0 || alpha < 1) {
            throw new IllegalArgumentException(nodes + " nodes, " + lookups + " lookups, " + torrents
                    + " torrents, session of " + sessionMinutes + " min, alpha " + alpha + "; expected 16 to "
                    + MOST_NODES + " nodes, lookups and alpha of at least 1");
        }
        if (!isShare(dead) || !isShare(nat) || !isShare(sybil) || !isShare(loss)) {
            throw new IllegalArgumentException(
                    "shares " + dead + ", " + nat + ", " + sybil + ", " + loss + ", expected 0 to below 1");
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value < 1;
    }

    /// Nodes that are all there to stay, and a network that loses nothing.
    public static Scenario calm(int nodes, Seed seed) {
        return new Scenario(nodes, 3, 0, 0, 0, 0, 0, 1_000, 1, seed);
    }

    /// The Internet on a bad day: a fifth dead, a third behind NATs, half of the nodes gone in half an hour, a
    /// twentieth of the datagrams lost.
    public static Scenario harsh(int nodes, Seed seed) {
        return new Scenario(nodes, 4, 0.2, 0.3, 0, 0.05, 30, 1_000, 10, seed);
    }

    /// The same with another number of searches.
    public Scenario asking(int newLookups, int newTorrents) {
        return new Scenario(nodes, alpha, dead, nat, sybil, loss, sessionMinutes, newLookups, newTorrents, seed);
    }
}
