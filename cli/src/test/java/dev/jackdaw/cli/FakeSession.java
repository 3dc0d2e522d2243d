package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionListener;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleConsumer;

/// A session without network or disk: every torrent that is added walks through the states that the test gave, one step
/// each time the command asks for the session's status.
final class FakeSession implements Session {
    private final List<TorrentState> script;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<InfoHash, FakeTorrent> torrents = new LinkedHashMap<>();
    private final List<AddOptions> added = new ArrayList<>();
    private final List<SessionConfig> opened = new ArrayList<>();
    private int step;
    private boolean closed;
    private Runnable afterScript = () -> {};

    FakeSession(TorrentState... script) {
        this.script = List.of(script);
    }

    Sessions sessions() {
        return config -> {
            opened.add(config);
            return this;
        };
    }

    FakeSession afterScript(Runnable action) {
        afterScript = action;
        return this;
    }

    List<AddOptions> added() {
        return added;
    }

    SessionConfig config() {
        return opened.getLast();
    }

    boolean isClosed() {
        return closed;
    }

    FakeTorrent onlyTorrent() {
        return torrents.values().iterator().next();
    }

    void say(SessionEvent event) {
        listeners.forEach(listener -> listener.on(event));
    }

    @Override
    public Torrent add(TorrentSource source, AddOptions options) {
        added.add(options);
        FakeTorrent torrent = new FakeTorrent(statusOf(source, script.getFirst()));
        torrents.put(source.infoHash(), torrent);
        say(new SessionEvent.TorrentAdded(source.infoHash()));
        return torrent;
    }

    private final List<PublisherLink> followed = new ArrayList<>();
    private Optional<InfoHash> newest = Optional.empty();

    List<PublisherLink> followed() {
        return followed;
    }

    private Runnable whenFollowed = () -> {};

    /// What happens as soon as a publisher is followed.
    void whenFollowed(Runnable action) {
        whenFollowed = action;
    }

    /// What happens when a followed publisher offers a torrent.
    void publish(TorrentSource torrent, long seq) {
        newest.ifPresent(before -> remove(before, false));
        add(torrent, added.getLast());
        newest = Optional.of(torrent.infoHash());
        say(new SessionEvent.TorrentPublished(followed.getLast(), torrent.infoHash(), seq));
    }

    void completeAll() {
        for (FakeTorrent torrent : torrents.values()) {
            TorrentStatus before = torrent.status();
            torrent.become(statusOf(before.infoHash(), before.name(), before.info(), new TorrentState.Seeding()));
        }
    }

    @Override
    public Subscription follow(PublisherLink link, AddOptions options) {
        followed.add(link);
        added.add(options);
        whenFollowed.run();
        return new Subscription() {
            @Override
            public PublisherLink link() {
                return link;
            }

            @Override
            public Optional<InfoHash> newest() {
                return newest;
            }

            @Override
            public void close() {}
        };
    }

    private static TorrentStatus statusOf(TorrentSource source, TorrentState state) {
        return switch (source) {
            case TorrentSource.TorrentFile(var metainfo) -> {
                Info info = metainfo.info();
                yield statusOf(source.infoHash(), info.name(), Optional.of(info), state);
            }
            case TorrentSource.Magnet(var link) ->
                statusOf(source.infoHash(), link.displayName().orElse(""), Optional.empty(), state);
        };
    }

    private static TorrentStatus statusOf(InfoHash infoHash, String name, Optional<Info> info, TorrentState state) {
        return FakeTorrent.status(
                infoHash, name, state, info, state instanceof TorrentState.Seeding ? 1000 : 400, 1000);
    }

    @Override
    public SessionStatus status() {
        if (torrents.isEmpty()) {
            return new SessionStatus(51413, 0, 0, 0, 0, 0, Reachability.UNKNOWN);
        }
        step++;
        if (step < script.size()) {
            for (FakeTorrent torrent : torrents.values()) {
                TorrentStatus before = torrent.status();
                torrent.become(statusOf(before.infoHash(), before.name(), before.info(), script.get(step)));
                say(new SessionEvent.StateChanged(before.infoHash(), script.get(step)));
            }
        } else if (step == script.size()) {
            afterScript.run();
        }
        return new SessionStatus(51413, 3 << 20, 100 << 10, 7, 0, 0, Reachability.UNKNOWN);
    }

    @Override
    public List<Torrent> torrents() {
        return List.copyOf(torrents.values());
    }

    @Override
    public Optional<Torrent> torrent(InfoHash infoHash) {
        return Optional.ofNullable(torrents.get(infoHash));
    }

    @Override
    public void remove(InfoHash infoHash, boolean deleteContent) {
        torrents.remove(infoHash);
    }

    @Override
    public void move(InfoHash infoHash, Path directory, DoubleConsumer progress) {}

    @Override
    public void rename(InfoHash infoHash, List<String> path, String name) {}

    @Override
    public void setRateLimits(long maxDownloadRate, long maxUploadRate) {}

    @Override
    public void addListener(SessionListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(SessionListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        closed = true;
    }
}
