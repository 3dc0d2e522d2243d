package dev.jackdaw.gui.model;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/// Magnet links whose metadata is looked up for a dialog: each is added as a torrent that wants no file and is not
/// shown, until the dialog is answered.
///
/// For the JavaFX thread; blocking work is done beside it.
final class LookUps {
    private final TorrentActions actions;
    private final SnapshotFeed feed;
    private final Executor fxThread;
    private final Runnable changed;
    private final Set<InfoHash> unanswered = new HashSet<>();
    /// Those dialogs among them that have no metadata yet.
    private final Map<InfoHash, AddTorrentViewModel> waiting = new HashMap<>();

    /// @param changed told when [#unanswered()] has changed: what is looked up when the app dies is not to stay
    LookUps(TorrentActions actions, SnapshotFeed feed, Executor fxThread, Runnable changed) {
        this.actions = actions;
        this.feed = feed;
        this.fxThread = fxThread;
        this.changed = changed;
    }

    List<InfoHash> unanswered() {
        return List.copyOf(unanswered);
    }

    /// Whether a torrent of the session is only looked up.
    boolean has(InfoHash infoHash) {
        return unanswered.contains(infoHash);
    }

    /// @param folder where the torrent would put its files, if it wanted any
    void begin(AddTorrentViewModel dialog, Path folder) {
        InfoHash infoHash = dialog.infoHash();
        unanswered.add(infoHash);
        waiting.put(infoHash, dialog);
        feed.hide(infoHash);
        changed.run();
        actions.add(dialog.source(), AddOptions.builder(folder).onlyListed(true).build())
                .whenComplete((added, failure) -> fxThread.execute(() -> {
                    if (failure == null) {
                        deliver(infoHash);
                    } else {
                        waiting.remove(infoHash);
                    }
                }));
    }

    /// A torrent of the session has its metadata now.
    void resolved(InfoHash infoHash) {
        if (waiting.containsKey(infoHash)) {
            deliver(infoHash);
        }
    }

    /// Tells the dialog the metadata, if it is known.
    private void deliver(InfoHash infoHash) {
        actions.run(running -> running.torrent(infoHash).ifPresent(torrent -> {
            Optional<Metainfo> metainfo = torrent.metainfo();
            List<PeerAddress> peers = dialledPeers(torrent);
            metainfo.ifPresent(known -> fxThread.execute(() -> {
                AddTorrentViewModel dialog = waiting.remove(infoHash);
                if (dialog != null) {
                    dialog.resolved(known, peers);
                }
            }));
        }));
    }

    private static List<PeerAddress> dialledPeers(Torrent torrent) {
        return torrent.peers().stream()
                .filter(peer -> peer.address().port() != 0 && !peer.flags().contains("I"))
                .map(peer -> peer.address())
                .toList();
    }

    /// The dialog was answered, if it had anything looked up.
    void end(InfoHash infoHash) {
        if (!unanswered.contains(infoHash)) {
            return;
        }
        waiting.remove(infoHash);
        actions.run(running -> {
            running.remove(infoHash, false); // nothing of it was wanted: what is on disk is somebody else's
            feed.show(infoHash);
            fxThread.execute(() -> {
                unanswered.remove(infoHash);
                changed.run();
            });
        });
    }
}
