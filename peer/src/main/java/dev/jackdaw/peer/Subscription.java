package dev.jackdaw.peer;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.util.Optional;

/// A publisher that a session follows (BEP 46): whatever torrent it offers is in the session, and is replaced when it
/// offers another one.
///
/// The new torrent goes into the same directory; what the two have in common there is not fetched again, and files that
/// the new one does not have stay. So whoever follows a publisher lets it change what is in that directory under the
/// torrents' names.
public interface Subscription extends AutoCloseable {
    PublisherLink link();

    /// The newest torrent so far; empty until the DHT was asked with success.
    Optional<InfoHash> newest();

    /// Follows the publisher no longer; its torrent stays.
    @Override
    void close();
}
