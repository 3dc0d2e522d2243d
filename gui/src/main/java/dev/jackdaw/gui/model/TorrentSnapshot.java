package dev.jackdaw.gui.model;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/// A torrent at one moment as the app shows it. Immutable.
///
/// @param name     fit to show
/// @param nameKey  what the name is ordered by, [NaturalOrder]
/// @param trackers the hosts of its trackers, each once
/// @param position its place in the queue, from 1; 0 if it is complete and so in no queue
/// @param moved    the share of its content that is at its new place, while it is being moved
public record TorrentSnapshot(
        TorrentStatus status,
        String name,
        String nameKey,
        Activity activity,
        List<String> trackers,
        int position,
        OptionalDouble moved) {

    /// @param before the torrent in the last frame; given back itself if nothing has changed
    static TorrentSnapshot of(
            TorrentStatus status, boolean held, int position, OptionalDouble moved, Optional<TorrentSnapshot> before) {
        Activity activity = moved.isPresent() ? Activity.MOVING : Activity.of(status, held);
        if (before.isEmpty()) {
            String name = DisplayText.of(status.name());
            return new TorrentSnapshot(
                    status,
                    name,
                    NaturalOrder.key(name),
                    activity,
                    hosts(status.settings().trackers()),
                    position,
                    moved);
        }
        TorrentSnapshot last = before.get();
        if (last.activity == activity
                && last.position == position
                && last.moved.equals(moved)
                && last.status.equals(status)) {
            return last;
        }
        TorrentStatus then = last.status;
        boolean sameName = then.name().equals(status.name());
        String name = sameName ? last.name : DisplayText.of(status.name());
        return new TorrentSnapshot(
                status,
                name,
                sameName ? last.nameKey : NaturalOrder.key(name),
                activity,
                then.settings().trackers().equals(status.settings().trackers())
                        ? last.trackers
                        : hosts(status.settings().trackers()),
                position,
                moved);
    }

    public InfoHash infoHash() {
        return status.infoHash();
    }

    /// Why it has failed; empty if it has not.
    public String failure() {
        return status.state() instanceof TorrentState.Failed failed ? DisplayText.of(failed.reason()) : "";
    }

    /// Why it has failed, and what can be done; empty if it has not.
    public String advice(Text text) {
        return status.state() instanceof TorrentState.Failed failed ? advice(failed, text) : "";
    }

    static String advice(TorrentState.Failed failed, Text text) {
        return text.get(
                failed.retried() ? "notice.failed.retried" : "notice.failed.detail", DisplayText.of(failed.reason()));
    }

    /// 0 … 1: of a move or a check while one runs, else of the download.
    public double progress() {
        if (moved.isPresent()) {
            return moved.getAsDouble();
        }
        return status.state() instanceof TorrentState.Checking(double checked) ? checked : status.progress();
    }

    /// Whether payload moves right now.
    public boolean isActive() {
        return status.downloadRate() > 0 || status.uploadRate() > 0;
    }

    private static List<String> hosts(List<List<String>> tiers) {
        return tiers.stream()
                .flatMap(List::stream)
                .map(TorrentSnapshot::host)
                .distinct()
                .toList();
    }

    /// The host of an announce URL, or the URL itself if it has none.
    static String host(String url) {
        try {
            return DisplayText.of(
                    Objects.requireNonNullElse(URI.create(url).getHost(), url).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return DisplayText.of(url);
        }
    }
}
