package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.PublishedTorrent;
import dev.jackdaw.dht.Publisher;
import dev.jackdaw.dht.Publisher.Publication;
import dev.jackdaw.dht.PublisherKey;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;

/// Makes a torrent the one that a publisher offers (BEP 46): for `create --mutable` and `publish`.
final class TorrentPublication {
    /// Nodes forget an item after two hours.
    private static final Duration KEEPING = Duration.ofHours(1);

    private final DhtAccess access;
    private final PublisherKey key;
    private final byte[] salt;

    TorrentPublication(DhtAccess access, PublisherKey key, byte[] salt) {
        this.access = access;
        this.key = key;
        this.salt = salt;
    }

    PublisherLink link() {
        return PublisherLink.of(key.publicKey(), salt);
    }

    /// Puts it into the DHT.
    ///
    /// @throws CommandFailure if no node took it
    Publication put(Dht node, InfoHash infoHash) throws InterruptedException {
        Publisher publisher = new Publisher(node, key, salt, InstantSource.system());
        byte[] value = new PublishedTorrent(infoHash).toValue();
        Publication publication = access.ask(node, _ -> publisher.publish(value, OptionalLong.empty()))
                .orElseThrow(() ->
                        CommandFailure.failed("no answer after " + access.timeout + " s; give it more with --timeout"));
        if (publication.report().stored() == 0) {
            throw CommandFailure.failed("no node took the publication of " + infoHash);
        }
        return publication;
    }

    /// Puts it again every hour, until the command is interrupted.
    ///
    /// @throws CommandFailure if somebody else has published under the same key and salt meanwhile
    void keep(Dht node, DhtItem item) throws InterruptedException {
        while (true) {
            Thread.sleep(KEEPING);
            int refusal = access.ask(node, _ -> node.put(item, OptionalLong.empty()))
                    .map(StoreReport::refusal)
                    .orElse(0);
            if (refusal == StoreReport.SEQUENCE_TOO_LOW) {
                throw CommandFailure.failed("something newer was published under the same key; keeping this no longer");
            }
        }
    }
}
