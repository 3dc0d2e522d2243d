package dev.jackdaw.peer.net;

import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A torrent as callers on other threads hold it: commands go to its loop, answers come from views.
final class TorrentHandle implements Torrent {
    private final RunningTorrent torrent;
    private final EventLoop loop;
    private final LoopView<TorrentStatus> status;
    private final LoopView<List<FileStatus>> files;
    private final LoopView<List<PeerStatus>> peers;
    private final LoopView<List<TrackerStatus>> trackers;
    private volatile boolean ended;

    TorrentHandle(RunningTorrent torrent, Ticker ticker) {
        this.torrent = torrent;
        this.loop = torrent.driver().loop();
        StatusReader reader = new StatusReader(torrent, ticker);
        this.status = new LoopView<>(loop, ticker, reader.status(), torrent.state()::version, reader::status);
        this.files = new LoopView<>(loop, ticker, List.of(), torrent.state()::version, reader::files);
        this.peers = new LoopView<>(loop, ticker, List.of(), torrent.state()::version, reader::peers);
        this.trackers = new LoopView<>(loop, ticker, List.of(), torrent.state()::version, reader::trackers);
    }

    RunningTorrent torrent() {
        return torrent;
    }

    /// Keeps what is seen now for good; on the loop.
    void freeze() {
        ended = true;
        status.freeze();
        files.freeze();
        peers.freeze();
        trackers.freeze();
    }

    @Override
    public InfoHash infoHash() {
        return torrent.infoHash();
    }

    @Override
    public TorrentStatus status() {
        return status.get();
    }

    @Override
    public Optional<Metainfo> metainfo() {
        return status().info().map(torrent::metainfo);
    }

    @Override
    public List<FileStatus> files() {
        return files.get();
    }

    @Override
    public List<PeerStatus> peers() {
        return peers.get();
    }

    @Override
    public List<TrackerStatus> trackers() {
        return trackers.get();
    }

    @Override
    public void resume() {
        command(RunningTorrent::resume);
    }

    @Override
    public void pause() {
        command(RunningTorrent::pause);
    }

    @Override
    public void recheck() {
        command(RunningTorrent::recheck);
    }

    @Override
    public void cancelCheck() {
        command(RunningTorrent::cancelCheck);
    }

    @Override
    public void setFilePriorities(Map<Integer, FilePriority> priorities) {
        Map<Integer, FilePriority> copy = Map.copyOf(priorities);
        command(running -> running.setFilePriorities(copy));
    }

    @Override
    public void setSequential(boolean sequential) {
        command(running -> running.setSequential(sequential));
    }

    @Override
    public void setSuperSeeding(boolean on) {
        command(running -> running.setSuperSeeding(on));
    }

    @Override
    public void setRateLimits(long maxDownloadRate, long maxUploadRate) {
        command(running -> running.setRateLimits(maxDownloadRate, maxUploadRate));
    }

    @Override
    public void setTrackers(List<List<String>> tiers) {
        List<List<String>> copy = tiers.stream().map(List::copyOf).toList();
        command(running -> running.setTrackers(copy));
    }

    @Override
    public void announce() {
        command(RunningTorrent::announce);
    }

    @Override
    public void addPeers(List<PeerAddress> addresses) {
        List<PeerAddress> copy = List.copyOf(addresses);
        command(running -> running.addPeers(copy));
    }

    @Override
    public Info awaitMetadata(Duration timeout) throws InterruptedException, TimeoutException {
        return torrent.state().milestones().awaitInfo(timeout);
    }

    @Override
    public void awaitComplete() throws InterruptedException {
        torrent.state().milestones().awaitComplete();
    }

    @Override
    public void awaitComplete(Duration timeout) throws InterruptedException, TimeoutException {
        torrent.state().milestones().awaitComplete(timeout);
    }

    private void command(Consumer<RunningTorrent> command) {
        try {
            loop.execute(() -> {
                if (!ended) {
                    command.accept(torrent);
                    torrent.state().changed();
                }
            });
        } catch (RejectedExecutionException e) {
            // the session is closed: commands do nothing
        }
    }
}
