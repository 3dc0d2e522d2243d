package dev.jackdaw.peer;

import dev.jackdaw.protocol.PeerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How a torrent is added.
///
/// @param directory   where its file or directory is, or will be
/// @param paused      whether it waits for [Torrent#resume()]
/// @param sequential  pieces in order rather than rarest first
/// @param seedMode    the content is believed to be complete: it is still checked before a byte is served
/// @param superSeeding whether, while everything is here, each peer is shown few pieces at a time (BEP 16): for the
///                     first seed of new content; of this run only
/// @param peers       addresses to try at once
/// @param priorities  by file index; other files are [FilePriority#NORMAL], or skipped if `onlyListed`
/// @param onlyListed  whether files that are not listed are skipped
/// @param maxDownloadRate bytes per second, 0 for none
/// @param maxUploadRate   bytes per second, 0 for none
public record AddOptions(
        Path directory,
        boolean paused,
        boolean sequential,
        boolean seedMode,
        boolean superSeeding,
        List<PeerAddress> peers,
        Map<Integer, FilePriority> priorities,
        boolean onlyListed,
        long maxDownloadRate,
        long maxUploadRate) {
    public AddOptions {
        peers = List.copyOf(peers);
        priorities = Map.copyOf(priorities);
    }

    /// Everything, into that directory, at once.
    public static AddOptions into(Path directory) {
        return builder(directory).build();
    }

    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /// Collects what differs from the defaults; each setter is named for its component and returns the builder.
    public static final class Builder {
        private final Path directory;
        private boolean paused;
        private boolean sequential;
        private boolean seedMode;
        private boolean superSeeding;
        private List<PeerAddress> peers = List.of();
        private Map<Integer, FilePriority> priorities = Map.of();
        private boolean onlyListed;
        private long maxDownloadRate;
        private long maxUploadRate;

        private Builder(Path directory) {
            this.directory = directory;
        }

        public Builder paused(boolean value) {
            paused = value;
            return this;
        }

        public Builder sequential(boolean value) {
            sequential = value;
            return this;
        }

        public Builder seedMode(boolean value) {
            seedMode = value;
            return this;
        }

        public Builder superSeeding(boolean value) {
            superSeeding = value;
            return this;
        }

        public Builder peers(List<PeerAddress> value) {
            peers = value;
            return this;
        }

        public Builder priorities(Map<Integer, FilePriority> value) {
            priorities = value;
            return this;
        }

        public Builder onlyListed(boolean value) {
            onlyListed = value;
            return this;
        }

        public Builder maxDownloadRate(long value) {
            maxDownloadRate = value;
            return this;
        }

        public Builder maxUploadRate(long value) {
            maxUploadRate = value;
            return this;
        }

        public AddOptions build() {
            return new AddOptions(
                    directory,
                    paused,
                    sequential,
                    seedMode,
                    superSeeding,
                    peers,
                    priorities,
                    onlyListed,
                    maxDownloadRate,
                    maxUploadRate);
        }
    }
}
