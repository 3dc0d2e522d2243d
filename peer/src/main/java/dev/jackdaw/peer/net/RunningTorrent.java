package dev.jackdaw.peer.net;

import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.disk.FileStorage;
import dev.jackdaw.peer.disk.NamesOnDisk;
import dev.jackdaw.peer.engine.EngineSnapshot;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.peer.engine.TorrentEffect.Notice;
import dev.jackdaw.peer.engine.TorrentEvent.AnnounceRequested;
import dev.jackdaw.peer.engine.TorrentEvent.CheckStarted;
import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.InfoKnown;
import dev.jackdaw.peer.engine.TorrentEvent.LimitsSet;
import dev.jackdaw.peer.engine.TorrentEvent.Paused;
import dev.jackdaw.peer.engine.TorrentEvent.PeersFound;
import dev.jackdaw.peer.engine.TorrentEvent.PiecePrioritiesSet;
import dev.jackdaw.peer.engine.TorrentEvent.PieceRecovered;
import dev.jackdaw.peer.engine.TorrentEvent.PieceStored;
import dev.jackdaw.peer.engine.TorrentEvent.PiecesVerified;
import dev.jackdaw.peer.engine.TorrentEvent.Resumed;
import dev.jackdaw.peer.engine.TorrentEvent.SequentialSet;
import dev.jackdaw.peer.engine.TorrentEvent.SuperSeedingSet;
import dev.jackdaw.peer.engine.TorrentEvent.TrackersSet;
import dev.jackdaw.peer.net.TorrentRecord.Totals;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// One torrent of a session: its engine with the driver, its content, and what the user wants of it. All of it
/// on the torrent's loop.
final class RunningTorrent implements TorrentDriver.Listener, TorrentContent.Listener {
    /// How long a torrent that the disk has failed rests before it tries again by itself.
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOGGER = System.getLogger(RunningTorrent.class.getName());

    /// Why a torrent ends.
    enum Ending {
        REMOVED("the torrent was removed"),
        /// It goes on at another place, or under other names, as another object.
        REARRANGED("the torrent was moved or renamed"),
        CLOSED("the session was closed");

        private final String reason;

        Ending(String reason) {
            this.reason = reason;
        }
    }

    private final SessionContext session;
    private final TorrentSource source;
    private final TorrentDriver driver;
    private final TorrentContent content;
    private final PresentState state;
    private final QuotaAccount downloadAccount;
    private final QuotaAccount uploadAccount;
    private final KeptRecord record;
    /// What earlier runs have transferred.
    private final Totals earlier;

    private long failedAtNanos;
    private boolean stateMayHaveChanged;
    private boolean announcedLocally;
    private boolean ended;

    RunningTorrent(
            SessionContext session,
            TorrentSource source,
            TorrentRecord record,
            Optional<TorrentMemory> memory,
            RandomGenerator random) {
        this.session = session;
        this.source = source;
        this.earlier = record.totals();
        this.driver = new TorrentDriver(session, record.infoHash(), random, this);
        this.content =
                new TorrentContent(session, driver.loop(), record.directory(), memory.map(TorrentMemory::resume), this);
        this.record = new KeptRecord(record, memory, content::info);
        this.downloadAccount = new QuotaAccount(driver, Direction.DOWNLOAD);
        this.uploadAccount = new QuotaAccount(driver, Direction.UPLOAD);
        this.state = new PresentState(record.infoHash(), driver.engine(), content, session.feed(), record.paused());
    }

    InfoHash infoHash() {
        return record.now().infoHash();
    }

    TorrentRecord record() {
        return record.now();
    }

    TorrentDriver driver() {
        return driver;
    }

    TorrentContent content() {
        return content;
    }

    QuotaAccount account(Direction direction) {
        return direction == Direction.DOWNLOAD ? downloadAccount : uploadAccount;
    }

    /// What it is doing, as callers see it.
    PresentState state() {
        return state;
    }

    // ---- commands

    /// Begins; the first call, once.
    void start(List<PeerAddress> peers) {
        driver.deliver(
                new TrackersSet(session.config().trackers() ? record.now().trackers() : List.of()));
        driver.deliver(
                new LimitsSet(record.now().maxDownloadRate(), record.now().maxUploadRate()));
        driver.deliver(new SequentialSet(record.now().sequential()));
        driver.deliver(new SuperSeedingSet(record.now().superSeeding()));
        addPeers(peers);
        if (!record.now().peers().isEmpty()) {
            driver.deliver(new PeersFound(PeerSource.RESUME, record.now().peers()));
        }
        switch (source) {
            case TorrentSource.TorrentFile file -> {
                session.dht()
                        .filter(_ -> !file.metainfo().info().isPrivate())
                        .ifPresent(dht -> dht.enterBy(file.metainfo().nodes()));
                content.open(file.metainfo().info(), record.now().selection());
            }
            case TorrentSource.Magnet magnet -> {
                // the disk remembers a torrent with content as soon as that is opened
                record.save();
                resolve(magnet.link().peers());
                if (!record.now().paused()) {
                    driver.deliver(new Resumed());
                }
            }
        }
    }

    void resume() {
        record.change(draft -> draft.paused = false);
        boolean unknown = content.stage() instanceof TorrentContent.Stage.Failed
                || content.stage() instanceof TorrentContent.Stage.Unchecked;
        if (unknown && !state.isBroken()) {
            content.info().ifPresent(info -> content.open(info, record.now().selection()));
        } else if (!(content.stage() instanceof TorrentContent.Stage.Checking)) {
            driver.deliver(new Resumed());
        }
    }

    void pause() {
        record.change(draft -> draft.paused = true);
        driver.deliver(new Paused());
    }

    void recheck() {
        if (content.storage().isPresent()) {
            driver.deliver(new CheckStarted());
            content.recheck();
        }
    }

    void cancelCheck() {
        if (content.stage() instanceof TorrentContent.Stage.Checking) {
            pause();
            content.cancelCheck();
        }
    }

    void setFilePriorities(Map<Integer, FilePriority> priorities) {
        record.change(draft -> draft.selection = draft.selection.with(priorities));
        content.select(
                record.now().selection(),
                () -> content.info()
                        .ifPresent(info -> driver.deliver(
                                new PiecePrioritiesSet(record.now().selection().byPiece(info)))));
        stateMayHaveChanged = true;
        passEnded();
    }

    void setSequential(boolean sequential) {
        record.change(draft -> draft.sequential = sequential);
        driver.deliver(new SequentialSet(sequential));
    }

    void setSuperSeeding(boolean on) {
        record.change(draft -> draft.superSeeding = on);
        driver.deliver(new SuperSeedingSet(on));
    }

    void setRateLimits(long download, long upload) {
        record.change(draft -> {
            draft.maxDownloadRate = download;
            draft.maxUploadRate = upload;
        });
        driver.deliver(new LimitsSet(download, upload));
    }

    void setTrackers(List<List<String>> tiers) {
        record.change(draft -> draft.trackers = tiers);
        if (session.config().trackers()) {
            driver.deliver(new TrackersSet(tiers));
        }
    }

    void announce() {
        driver.deliver(new AnnounceRequested());
    }

    void addPeers(List<PeerAddress> peers) {
        if (!peers.isEmpty()) {
            driver.deliver(new PeersFound(PeerSource.USER, peers));
        }
    }

    /// Looks after what only time tells; to be called every few seconds.
    void maintain() {
        if (ended) {
            return;
        }
        driver.connections().closeStuck();
        if (content.stage() instanceof TorrentContent.Stage.Failed
                && !record.now().paused()
                && session.ticker().nanos() - failedAtNanos >= RETRY_NANOS) {
            retry();
        }
    }

    /// Says goodbye to trackers and closes connections; the future ends when trackers have answered. [#close] is
    /// next.
    CompletableFuture<?> end(Ending ending) {
        save();
        ended = true;
        announceLocally(false);
        if (ending != Ending.REMOVED) {
            content.storage().ifPresent(FileStorage::leavePieces);
        }
        driver.deliver(new Paused());
        CompletableFuture<?> goodbyes = driver.end(ending.reason);
        state.milestones().ended(ending.reason);
        return goodbyes;
    }

    /// Remembers what was transferred, and who is a good peer.
    void save() {
        EngineSnapshot now = driver.engine().snapshot(session.ticker().nanos());
        List<PeerAddress> working = now.peers().stream()
                .filter(peer -> !peer.incoming())
                .map(EngineSnapshot.PeerState::address)
                .toList();
        record.change(draft -> {
            draft.totals = totals(now);
            draft.peers = working.isEmpty() ? draft.peers : working;
        });
    }

    /// Makes durable what was written, if it is time; to be called about once a second.
    void checkpoint() {
        if (!ended) {
            record.checkpoint(session.ticker().nanos());
        }
    }

    /// Its content is about to have another place or other names, after [#close].
    void rearrange(Consumer<TorrentRecord.Draft> change) {
        record.change(change);
    }

    TorrentSource source() {
        return source;
    }

    /// Closes files and remembers all, blocking; after [#end].
    void close() {
        content.close();
        record.close();
    }

    /// Closes files and forgets all, blocking; after [#end].
    void forget() {
        content.close();
        record.forget();
    }

    /// Tries again what the disk has refused.
    void retry() {
        failedAtNanos = session.ticker().nanos();
        if (!state.isBroken()) {
            content.retry(record.now().selection());
        }
    }

    private void resolve(List<Metainfo.HostAndPort> hosts) {
        if (hosts.isEmpty()) {
            return;
        }
        session.blocking().execute(() -> {
            List<PeerAddress> found = new ArrayList<>();
            for (Metainfo.HostAndPort peer : hosts) {
                try {
                    found.add(PeerAddress.of(InetAddress.getByName(peer.host()).getAddress(), peer.port()));
                } catch (UnknownHostException e) {
                    LOGGER.log(Level.DEBUG, "{0}: no such host: {1}", infoHash().abbreviated(), peer);
                }
            }
            driver.post(new PeersFound(PeerSource.USER, found));
        });
    }

    // ---- content

    @Override
    public void opened(Info info, FileStorage storage) {
        record.rename(info.name());
        driver.use(storage, info.layout().pieceCount());
        driver.useWebSeeds(metainfo(info));
        driver.deliver(new InfoKnown(info));
        driver.deliver(new PiecePrioritiesSet(record.now().selection().byPiece(info)));
        state.milestones().infoKnown(info);
    }

    /// The torrent file of that info dictionary; any thread.
    Metainfo metainfo(Info info) {
        return switch (source) {
            case TorrentSource.TorrentFile file -> file.metainfo();
            case TorrentSource.Magnet magnet -> Metainfo.of(info, magnet.link());
        };
    }

    @Override
    public void written(int piece) {
        content.stored(piece);
        driver.deliver(new PieceStored(piece, new long[0]));
    }

    @Override
    public void verified(Bitfield have, Map<Integer, Bitfield> recovered) {
        record.saveIfNew();
        driver.deliver(new PiecesVerified(have));
        recovered.forEach((piece, blocks) -> driver.deliver(new PieceRecovered(piece, blocks)));
        if (!record.now().paused()) {
            driver.deliver(new Resumed());
        }
    }

    @Override
    public void stageChanged() {
        if (content.stage() instanceof TorrentContent.Stage.Failed) {
            failedAtNanos = session.ticker().nanos();
        }
        stateMayHaveChanged = true;
        passEnded();
    }

    // ---- the driver

    @Override
    public void published(Notice notice) {
        switch (notice) {
            case Notice.PhaseChanged changed -> stateMayHaveChanged = true;
            case Notice.PieceGained(int piece) ->
                session.feed().publish(new SessionEvent.PieceCompleted(infoHash(), piece));
            case Notice.Completed completed -> {
                record.change(draft -> draft.completed = Optional.of(Instant.now()));
                stateMayHaveChanged = true;
                session.feed().publish(new SessionEvent.TorrentCompleted(infoHash()));
            }
            case Notice.PeerBanned(PeerAddress address, String proof) ->
                session.feed().publish(new SessionEvent.PeerBanned(infoHash(), address, proof));
        }
    }

    @Override
    public void metadataReceived(byte[] infoBytes) {
        Path directory = record.now().directory();
        session.blocking().execute(() -> {
            try {
                Info info = NamesOnDisk.of(Info.parse(infoBytes), directory);
                driver.loop().execute(() -> metadataParsed(info));
            } catch (ProtocolException | InvalidPathException e) { // also a name that this system cannot spell
                String reason = "the metadata from peers is no torrent that can be downloaded: " + e.getMessage();
                driver.loop().execute(() -> content.unusable(reason));
            }
        });
    }

    private void metadataParsed(Info info) {
        if (ended) {
            return;
        }
        if (source instanceof TorrentSource.Magnet) {
            record.save(metainfo(info));
        }
        content.open(info, record.now().selection());
        state.changed(); // whoever hears of it and looks, sees it
        session.feed().publish(new SessionEvent.MetadataResolved(infoHash(), info));
    }

    @Override
    public void pieceStored(int piece) {
        content.stored(piece);
    }

    @Override
    public void storageFailed(String operation, String path, String cause) {
        content.failed(operation + " " + path + ": " + cause);
    }

    @Override
    public void webSeedDropped(String reason) {
        session.feed().publish(new SessionEvent.Warning(infoHash().abbreviated() + ": " + reason));
    }

    @Override
    public void broke(Throwable cause) {
        state.broke(cause);
        tellState();
    }

    @Override
    public void passEnded() {
        if (stateMayHaveChanged && !ended) {
            tellState();
        }
    }

    private void tellState() {
        stateMayHaveChanged = false;
        state.tell(record.now().selection());
        announceLocally(!record.now().paused() && !isPrivate());
    }

    private boolean isPrivate() {
        return content.info().map(Info::isPrivate).orElse(false);
    }

    private void announceLocally(boolean wanted) {
        if (wanted == announcedLocally) {
            return;
        }
        announcedLocally = wanted;
        session.local().ifPresent(local -> {
            if (wanted) {
                local.add(infoHash());
            } else {
                local.remove(infoHash());
            }
        });
    }

    /// Bytes over all runs.
    Totals totals(EngineSnapshot now) {
        return earlier.plus(
                new Totals(now.downloadedBytes(), now.uploadedBytes(), now.wastedBytes(), now.corruptBytes()));
    }
}
