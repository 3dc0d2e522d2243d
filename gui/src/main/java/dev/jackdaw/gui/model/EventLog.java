package dev.jackdaw.gui.model;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.InfoHash;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What happened to each torrent, in sentences; the last so many are kept. For one thread.
public final class EventLog {
    /// Entries of one torrent; the oldest are dropped.
    private static final int MAX_ENTRIES = 300;

    public record Entry(Instant at, Notice.Kind kind, String message) {}

    private final Text text;
    private final Map<InfoHash, Deque<Entry>> entries = new HashMap<>();

    EventLog(Text text) {
        this.text = text;
    }

    /// The oldest first.
    public List<Entry> of(InfoHash infoHash) {
        return new ArrayList<>(entries.getOrDefault(infoHash, new ArrayDeque<>()));
    }

    void add(InfoHash infoHash, Notice.Kind kind, String message, Instant at) {
        Deque<Entry> log = entries.computeIfAbsent(infoHash, added -> new ArrayDeque<>());
        if (log.size() == MAX_ENTRIES) {
            log.removeFirst();
        }
        log.addLast(new Entry(at, kind, message));
    }

    /// Takes an event of the session.
    ///
    /// @param words what a state is called
    void add(SessionEvent event, Function<TorrentState, String> words, Instant at) {
        switch (event) {
            case SessionEvent.TorrentAdded(InfoHash hash) -> add(hash, Notice.Kind.INFO, text.get("log.added"), at);
            case SessionEvent.TorrentRemoved(InfoHash hash) -> entries.remove(hash);
            case SessionEvent.MetadataResolved resolved ->
                add(
                        resolved.infoHash(),
                        Notice.Kind.SUCCESS,
                        text.get("log.metadata", resolved.info().files().size()),
                        at);
            case SessionEvent.StateChanged(InfoHash hash, TorrentState state) -> {
                Optional<String> failure = state instanceof TorrentState.Failed failed
                        ? Optional.of(DisplayText.of(failed.reason()))
                        : Optional.empty();
                add(
                        hash,
                        failure.isPresent() ? Notice.Kind.ERROR : Notice.Kind.INFO,
                        failure.map(reason -> text.get("log.failed", reason))
                                .orElseGet(() -> text.get("log.state", words.apply(state))),
                        at);
            }
            case SessionEvent.TorrentPublished published -> {} // the app follows no publishers
            case SessionEvent.PieceCompleted piece -> {} // far too many to read
            case SessionEvent.TorrentCompleted(InfoHash hash) ->
                add(hash, Notice.Kind.SUCCESS, text.get("log.completed"), at);
            case SessionEvent.PeerBanned banned ->
                add(
                        banned.infoHash(),
                        Notice.Kind.WARNING,
                        text.get("log.banned", banned.address(), DisplayText.of(banned.proof())),
                        at);
            case SessionEvent.Warning warning -> {} // of no torrent: the window tells it
        }
    }
}
