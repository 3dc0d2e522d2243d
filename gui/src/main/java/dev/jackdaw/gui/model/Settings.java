package dev.jackdaw.gui.model;

import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import java.nio.file.Path;

/// What the user has chosen, whole and valid. Its lasting form is [SettingsFile]'s.
public record Settings(
        Appearance appearance,
        Downloads downloads,
        Speed speed,
        Connection connection,
        Queue queue,
        Seeding seeding,
        Privacy privacy,
        Notifications notifications) {

    /// Light, dark, or as the desktop has it.
    public enum Theme {
        SYSTEM,
        LIGHT,
        DARK
    }

    /// @param fontPercent 80 … 200
    /// @param language    a language tag like `de`, or empty for the system's
    public record Appearance(Theme theme, int fontPercent, String language) {
        public static final int MIN_FONT_PERCENT = 80;
        public static final int MAX_FONT_PERCENT = 200;

        public Appearance {
            requireRange(fontPercent, MIN_FONT_PERCENT, MAX_FONT_PERCENT);
        }
    }

    /// @param folder where new torrents go
    /// @param ask    whether a dialog asks before a torrent is added
    /// @param start  whether new torrents start at once
    /// @param trash  whether removed content goes to the trash, where the desktop has one
    public record Downloads(Path folder, boolean ask, boolean start, boolean trash) {}

    /// Session-wide limits in bytes per second, 0 for none.
    ///
    /// @param alternative whether the alternative ones are in force
    /// @param schedule    when they come into force by themselves
    public record Speed(
            long maxDownload,
            long maxUpload,
            long alternativeDownload,
            long alternativeUpload,
            boolean alternative,
            SpeedSchedule schedule) {
        public Speed {
            requireRange(
                    Math.min(Math.min(maxDownload, maxUpload), Math.min(alternativeDownload, alternativeUpload)),
                    0,
                    Long.MAX_VALUE);
        }

        public Speed withAlternative(boolean on) {
            return new Speed(maxDownload, maxUpload, alternativeDownload, alternativeUpload, on, schedule);
        }

        public long download() {
            return alternative ? alternativeDownload : maxDownload;
        }

        public long upload() {
            return alternative ? alternativeUpload : maxUpload;
        }
    }

    /// Taken by a session when it starts.
    ///
    /// @param port        0 for one the system picks
    /// @param bindAddress a numeric address, or empty for all
    public record Connection(
            int port,
            String bindAddress,
            Transport transport,
            int maxConnections,
            int maxConnectionsPerTorrent,
            int uploadSlots) {
        public Connection {
            requireRange(port, 0, 65535);
            requireRange(maxConnections, 1, 100_000);
            requireRange(maxConnectionsPerTorrent, 1, 10_000);
            requireRange(uploadSlots, 1, 1_000);
        }
    }

    /// @param maxDownloads torrents that download at a time
    /// @param maxSeeds     torrents that seed at a time
    public record Queue(boolean enabled, int maxDownloads, int maxSeeds) {
        public Queue {
            requireRange(maxDownloads, 1, 100_000);
            requireRange(maxSeeds, 1, 100_000);
        }
    }

    /// When a torrent has been seeded enough and is paused: whichever comes first.
    ///
    /// @param ratio   uploaded per byte of content, 0 for no goal
    /// @param minutes since completion, 0 for no goal
    public record Seeding(double ratio, int minutes) {
        public Seeding {
            requireRange(minutes, 0, Integer.MAX_VALUE);
            if (!(ratio >= 0 && ratio <= 10_000)) {
                throw new IllegalArgumentException("ratio " + ratio + ", expected 0 to 10000");
            }
        }
    }

    /// Taken by a session when it starts.
    public record Privacy(boolean dht, boolean peerExchange, boolean localDiscovery, Encryption encryption) {}

    /// What is told on the desktop while the window is not in front.
    public record Notifications(boolean completed, boolean failed) {}

    /// @param home the user's home directory
    public static Settings defaults(Path home) {
        return new Settings(
                new Appearance(Theme.SYSTEM, 100, ""),
                new Downloads(home.resolve("Downloads"), true, true, true),
                new Speed(0, 0, 512 << 10, 128 << 10, false, SpeedSchedule.OFF),
                new Connection(6881, "", Transport.BOTH, 400, 80, 8),
                new Queue(true, 5, 500),
                new Seeding(0, 0),
                new Privacy(true, true, true, Encryption.PREFER),
                new Notifications(true, true));
    }

    public Settings withSpeed(Speed value) {
        return new Settings(appearance, downloads, value, connection, queue, seeding, privacy, notifications);
    }

    public Settings withAppearance(Appearance value) {
        return new Settings(value, downloads, speed, connection, queue, seeding, privacy, notifications);
    }

    public Settings withDownloads(Downloads value) {
        return new Settings(appearance, value, speed, connection, queue, seeding, privacy, notifications);
    }

    private static void requireRange(long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(value + ", expected " + from + " to " + to);
        }
    }
}
