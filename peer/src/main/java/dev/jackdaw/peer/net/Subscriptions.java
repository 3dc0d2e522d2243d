package dev.jackdaw.peer.net;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The publishers that a session follows. May be used by any thread.
final class Subscriptions implements FollowedPublisher.Audience, AutoCloseable {
    private final Session session;
    private final Optional<? extends FollowedPublisher.Items> dht;
    private final Optional<Path> stateDirectory;
    private final Duration period;
    private final EventFeed feed;
    private final Ticker ticker;
    /// Guarded by itself.
    private final Map<PublisherLink, FollowedPublisher> followed = new LinkedHashMap<>();

    private boolean isClosed;

    /// @param stateDirectory where it is remembered what publishers offered
    Subscriptions(
            Session session,
            Optional<? extends FollowedPublisher.Items> dht,
            Optional<Path> stateDirectory,
            Duration period,
            EventFeed feed,
            Ticker ticker) {
        this.session = session;
        this.dht = dht;
        this.stateDirectory = stateDirectory;
        this.period = period;
        this.feed = feed;
        this.ticker = ticker;
    }

    /// @throws SessionException if it is followed already, there is no DHT, or the session is closed
    Subscription follow(PublisherLink link, AddOptions options) {
        FollowedPublisher.Items node = dht.orElseThrow(
                () -> new SessionException("publishers are found in the DHT, which this session does not use"));
        synchronized (followed) {
            if (isClosed) {
                throw new SessionException("the session is closed");
            }
            if (followed.containsKey(link)) {
                throw new SessionException("publisher " + link.key() + " is followed already");
            }
            FollowedTorrent torrent = new FollowedTorrent(session, options);
            PublisherMemory memory = new PublisherMemory(stateDirectory, link, this::failed);
            FollowedPublisher publisher = new FollowedPublisher(link, torrent, memory, period, node, this, ticker);
            followed.put(link, publisher);
            publisher.start();
            return publisher;
        }
    }

    @Override
    public void published(PublisherLink link, InfoHash infoHash, long seq) {
        feed.publish(new SessionEvent.TorrentPublished(link, infoHash, seq));
    }

    @Override
    public void failed(String message) {
        feed.publish(new SessionEvent.Warning(message));
    }

    @Override
    public void ended(FollowedPublisher publisher) {
        synchronized (followed) {
            followed.remove(publisher.link(), publisher);
        }
    }

    /// Ends all of them; nothing of them runs any more then.
    @Override
    public void close() {
        List<FollowedPublisher> all;
        synchronized (followed) {
            isClosed = true;
            all = new ArrayList<>(followed.values());
        }
        all.forEach(FollowedPublisher::close);
    }
}
