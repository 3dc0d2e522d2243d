package dev.jackdaw.peer.net;

import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.peer.engine.EngineSnapshot;
import dev.jackdaw.peer.engine.EngineSnapshot.PeerState;
import dev.jackdaw.peer.engine.EngineSnapshot.TrackerState;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.Printable;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A running torrent put into the words of the API. Used on the torrent's loop.
final class StatusReader {
    /// Characters of a remote text that are shown.
    private static final int MAX_TEXT = 200;

    private final RunningTorrent torrent;
    private final Ticker ticker;

    StatusReader(RunningTorrent torrent, Ticker ticker) {
        this.torrent = torrent;
        this.ticker = ticker;
    }

    TorrentStatus status() {
        EngineSnapshot now = torrent.driver().engine().snapshot(ticker.nanos());
        TorrentRecord record = torrent.record();
        TorrentRecord.Totals totals = torrent.totals(now);
        Optional<Info> info = torrent.content().info();
        Bitfield have = torrent.content().have().copy();
        FileSelection selection = record.selection();
        long wanted = info.map(selection::wantedBytes).orElse(0L);
        long completed =
                info.map(known -> selection.completedBytes(known, have)).orElse(0L);
        return new TorrentStatus(
                record.infoHash(),
                record.name(),
                torrent.state().now(),
                info,
                have,
                record.directory(),
                wanted,
                completed,
                totals.downloaded(),
                totals.uploaded(),
                totals.wasted(),
                totals.corrupt(),
                now.downloadRate(),
                now.uploadRate(),
                now.peers().size(),
                now.connectedSeeds(),
                now.knownPeers(),
                now.availability(),
                eta(wanted - completed, now.downloadRate()),
                record.added(),
                record.completed(),
                new TorrentSettings(
                        record.paused(),
                        record.sequential(),
                        record.maxDownloadRate(),
                        record.maxUploadRate(),
                        record.trackers()));
    }

    private static Optional<Duration> eta(long missing, long bytesPerSecond) {
        return missing > 0 && bytesPerSecond > 0
                ? Optional.of(Duration.ofSeconds(Math.ceilDiv(missing, bytesPerSecond)))
                : Optional.empty();
    }

    List<FileStatus> files() {
        return torrent.content()
                .info()
                .map(info -> torrent.record()
                        .selection()
                        .status(info, torrent.content().have()))
                .orElse(List.of());
    }

    List<PeerStatus> peers() {
        return torrent.driver().engine().snapshot(ticker.nanos()).peers().stream()
                .map(this::peer)
                .toList();
    }

    private PeerStatus peer(PeerState peer) {
        Optional<String> webSeed = torrent.driver().webSeed(peer.address());
        String client =
                webSeed.orElseGet(() -> peer.client().isEmpty() ? peer.peerId().toString() : peer.client());
        return new PeerStatus(
                peer.address(),
                Printable.of(client, MAX_TEXT),
                webSeed.isPresent() ? PeerStatus.Source.WEB_SEED : source(peer.source()),
                peer.progress(),
                flags(peer),
                peer.downloadRate(),
                peer.uploadRate(),
                peer.downloadedBytes(),
                peer.uploadedBytes());
    }

    private static PeerStatus.Source source(PeerSource source) {
        return switch (source) {
            case USER -> PeerStatus.Source.USER;
            case TRACKER -> PeerStatus.Source.TRACKER;
            case DHT -> PeerStatus.Source.DHT;
            case PEX -> PeerStatus.Source.PEX;
            case LOCAL_DISCOVERY -> PeerStatus.Source.LOCAL;
            case HOLEPUNCH -> PeerStatus.Source.HOLEPUNCH;
            case INCOMING -> PeerStatus.Source.INCOMING;
            case RESUME -> PeerStatus.Source.EARLIER;
        };
    }

    private String flags(PeerState peer) {
        StringBuilder flags = new StringBuilder();
        if (peer.amInterested()) {
            flags.append(peer.choked() ? 'd' : 'D');
        }
        if (peer.interested()) {
            flags.append(peer.amChoking() ? 'u' : 'U');
        }
        if (peer.snubbed()) {
            flags.append('S');
        }
        if (peer.incoming()) {
            flags.append('I');
        }
        if (peer.optimistic()) {
            flags.append('O');
        }
        PeerConnection connection = torrent.driver().connections().find(peer.key());
        if (connection != null && connection.encrypted()) {
            flags.append('E');
        }
        if (connection != null && connection.overUtp()) {
            flags.append('P');
        }
        return flags.toString();
    }

    List<TrackerStatus> trackers() {
        long now = ticker.nanos();
        return torrent.driver().engine().snapshot(now).trackers().stream()
                .map(tracker -> tracker(tracker, now))
                .toList();
    }

    private static TrackerStatus tracker(TrackerState tracker, long nowNanos) {
        return new TrackerStatus(
                tracker.url(),
                tracker.tier(),
                tracker.working(),
                Printable.of(tracker.message(), MAX_TEXT),
                tracker.nextAnnounceNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(
                                Math.max(0, tracker.nextAnnounceNanos().getAsLong() - nowNanos)))
                        : Optional.empty(),
                tracker.seeders(),
                tracker.leechers(),
                tracker.peers());
    }
}
