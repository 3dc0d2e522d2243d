package dev.jackdaw.tracker.accounts;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Settings of a private tracker's accounts. A limit of 0 is none.
///
/// @param enabled               whether the tracker is private
/// @param directory             where the journal is, and the embedded database if that is used
/// @param database              a JDBC URL `jdbc:postgresql://…`; empty for the embedded database
/// @param databaseUser          whom to connect as, if the URL does not say
/// @param databasePasswordFile  a file with the password in its first line
/// @param refresh               how often users are read again from a database that others may change
/// @param maxTorrents           torrents a user may take part in at a time
/// @param maxAddresses          addresses a user may announce from at a time; of IPv6 the network (/64) counts
/// @param maxClientsPerTorrent  clients a user may have in one torrent
/// @param maxPeersPerTorrent    peers of all users in one torrent
/// @param minRatio              below this a user may seed, but not download
/// @param ratioGraceGib         GiB that may be downloaded before the ratio counts
/// @param maxRateMibPerSecond   a client that claims more than this gets no credit for it
/// @param allowedClients        peer-id prefixes; empty for all clients
/// @param refusedClients        peer-id prefixes
/// @param maxInvites            open invites of a user
/// @param inviteValidity        how long an invite is good for
/// @param journalLimitMib       what the journal may take while the database is away; more is not counted
public record AccountsConfig(
        boolean enabled,
        Path directory,
        Optional<String> database,
        Optional<String> databaseUser,
        Optional<Path> databasePasswordFile,
        Duration refresh,
        int maxTorrents,
        int maxAddresses,
        int maxClientsPerTorrent,
        int maxPeersPerTorrent,
        double minRatio,
        int ratioGraceGib,
        int maxRateMibPerSecond,
        List<String> allowedClients,
        List<String> refusedClients,
        int maxInvites,
        Duration inviteValidity,
        int journalLimitMib) {
    private static final String POSTGRESQL = "jdbc:postgresql:";

    public AccountsConfig {
        allowedClients = List.copyOf(allowedClients);
        refusedClients = List.copyOf(refusedClients);
        require(maxTorrents >= 0, "max-torrents", maxTorrents, "0 or more");
        require(maxAddresses >= 0, "max-addresses", maxAddresses, "0 or more");
        require(maxClientsPerTorrent >= 0, "max-clients-per-torrent", maxClientsPerTorrent, "0 or more");
        require(maxPeersPerTorrent >= 0, "max-peers-per-torrent", maxPeersPerTorrent, "0 or more");
        require(minRatio >= 0 && minRatio <= 10, "min-ratio", minRatio, "0 to 10");
        require(ratioGraceGib >= 0, "ratio-grace-gib", ratioGraceGib, "0 or more");
        require(maxRateMibPerSecond >= 1, "max-rate-mib-per-second", maxRateMibPerSecond, "1 or more");
        require(maxInvites >= 0, "max-invites", maxInvites, "0 or more");
        require(journalLimitMib >= 1, "journal-limit-mib", journalLimitMib, "1 or more");
        require(refresh.toMillis() >= 100, "refresh", refresh.toMillis() + "ms", "100ms or more");
        require(inviteValidity.toSeconds() >= 60, "invite-validity", inviteValidity.toSeconds() + "s", "1m or more");
        if (database.isPresent()) {
            requirePostgresql(database.get());
        }
        allowedClients.forEach(prefix -> requirePrefix("allowed-clients", prefix));
        refusedClients.forEach(prefix -> requirePrefix("refused-clients", prefix));
    }

    /// A public tracker: no accounts; else generous ones in a directory `accounts`.
    public static AccountsConfig defaults() {
        return new AccountsConfig(
                false,
                Path.of("accounts"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10),
                0,
                0,
                0,
                0,
                0,
                10,
                1280,
                List.of(),
                List.of(),
                5,
                Duration.ofDays(30),
                1024);
    }

    long ratioGraceBytes() {
        return (long) ratioGraceGib << 30;
    }

    private static void require(boolean holds, String key, Object seen, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + " = " + seen + ", expected " + expected);
        }
    }

    private static void requirePostgresql(String url) {
        boolean good = url.startsWith(POSTGRESQL);
        try {
            URI.create(url.substring(url.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            good = false;
        }
        // the URL may carry a password, so no more of it than its scheme is shown
        String scheme = url.replaceFirst("^([a-z]+:[a-z0-9]+:)?.*", "$1…");
        require(good, "database", "\"" + scheme + "\"", "jdbc:postgresql://HOST:PORT/NAME, or no such line");
    }

    private static void requirePrefix(String key, String prefix) {
        boolean good = !prefix.isEmpty()
                && prefix.length() <= 20
                && StandardCharsets.US_ASCII.newEncoder().canEncode(prefix);
        require(good, key, "\"" + prefix + "\"", "1 to 20 ASCII characters such as -TR4");
    }
}
