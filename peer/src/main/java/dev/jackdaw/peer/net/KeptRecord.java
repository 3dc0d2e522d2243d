package dev.jackdaw.peer.net;

import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A torrent's [TorrentRecord] as it is now, and its copy in the [TorrentMemory] if the session has one. Owned by the
/// torrent's loop, but for [#close()] and [#forget()].
final class KeptRecord {
    private final Optional<TorrentMemory> memory;
    private final Supplier<Optional<Info>> info;
    private TorrentRecord record;

    /// @param info     what is known of the torrent's content
    KeptRecord(TorrentRecord record, Optional<TorrentMemory> memory, Supplier<Optional<Info>> info) {
        this.record = record;
        this.memory = memory;
        this.info = info;
    }

    TorrentRecord now() {
        return record;
    }

    /// Changes it, and remembers that if it is a change.
    void change(Consumer<TorrentRecord.Draft> change) {
        TorrentRecord changed = record.with(change);
        if (!changed.equals(record)) {
            record = changed;
            save();
        }
    }

    /// The torrent's own name is known; remembered with the next change.
    void rename(String name) {
        record = record.with(draft -> draft.name = name);
    }

    /// Remembers it as it is.
    void save() {
        memory.ifPresent(kept -> kept.save(record.toState(info.get())));
    }

    /// Remembers it if nothing is remembered yet: without a record all content is hashed after a crash.
    void saveIfNew() {
        if (memory.isPresent() && !memory.get().resume().isRecorded()) {
            save();
        }
    }

    /// Remembers the metadata that took the place of a magnet link.
    void save(Metainfo metainfo) {
        memory.ifPresent(kept -> kept.save(new TorrentSource.TorrentFile(metainfo)));
    }

    /// Makes durable what was written of the content, if it is time; to be called about once a second.
    void checkpoint(long nowNanos) {
        if (memory.isPresent() && memory.get().isDue(nowNanos)) {
            save();
        }
    }

    /// Remembers all, blocking, for the last time.
    void close() {
        memory.ifPresent(kept -> kept.close(record.toState(info.get())));
    }

    /// Forgets all, blocking.
    void forget() {
        memory.ifPresent(TorrentMemory::forget);
    }
}
