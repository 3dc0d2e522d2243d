package dev.jackdaw.protocol.metainfo;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which URLs of torrents and links are kept: absolute, with a host, of a scheme that is spoken, not over-long.
///
/// One that is not kept is left out silently: a torrent with one broken tracker of ten is a good torrent.
final class RemoteUrls {
    /// Chars of a URL; a longer one is left out.
    static final int MAX_LENGTH = 2_048;
    /// Trackers of a torrent or link, over all tiers; further ones are left out.
    static final int MAX_TRACKERS = 256;
    /// Web seeds of each kind; further ones are left out.
    static final int MAX_SEEDS = 64;

    private static final List<String> TRACKER_SCHEMES = List.of("http", "https", "udp");
    private static final List<String> SEED_SCHEMES = List.of("http", "https");

    private RemoteUrls() {}

    /// The URL as it is, but for blanks around it, if it can be announced to.
    static Optional<String> tracker(String text) {
        return usable(text, TRACKER_SCHEMES);
    }

    /// The same for a web seed; blanks inside a path, which real torrents have, are escaped.
    static Optional<String> seed(String text) {
        return usable(text.strip().replace(" ", "%20"), SEED_SCHEMES);
    }

    private static Optional<String> usable(String text, List<String> schemes) {
        String stripped = text.strip();
        if (stripped.isEmpty() || stripped.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(stripped);
            if (uri.getScheme() == null || uri.getHost() == null) {
                return Optional.empty();
            }
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            int port = uri.getPort();
            boolean portFits = port == -1 ? !scheme.equals("udp") : port > 0 && port <= 0xffff; // BEP 15 has no default
            return schemes.contains(scheme) && portFits ? Optional.of(stripped) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
