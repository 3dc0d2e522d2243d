package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import dev.jackdaw.peer.TorrentState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final Settings DEFAULTS = Settings.defaults(Path.of("/home/somebody"));
    private static final Settings OTHER = new Settings(
            new Settings.Appearance(Settings.Theme.DARK, 120, "de"),
            new Settings.Downloads(Path.of("/data/torrents \"new\""), false, false, false),
            new Settings.Speed(
                    1 << 20,
                    2 << 20,
                    1024,
                    2048,
                    true,
                    new SpeedSchedule(true, LocalTime.of(22, 30), LocalTime.of(6, 0), SpeedSchedule.Days.WEEKENDS)),
            new Settings.Connection(51413, "127.0.0.1", Transport.TCP, 10, 5, 3),
            new Settings.Queue(false, 2, 3),
            new Settings.Seeding(1.5, 60),
            new Settings.Privacy(false, false, false, Encryption.REQUIRE),
            new Settings.Notifications(false, false));

    @TempDir
    Path directory;

    private final List<String> complaints = new ArrayList<>();

    private SettingsFile file() {
        return new SettingsFile(directory.resolve("desktop.toml"), DEFAULTS);
    }

    @Test
    void areKeptInAFile() throws IOException {
        file().save(OTHER);

        assertEquals(OTHER, file().load(complaints::add));
        assertEquals(List.of(), complaints);
    }

    @Test
    void areTheDefaultsWithoutAFile() {
        assertEquals(DEFAULTS, file().load(complaints::add));
    }

    @Test
    void ofADamagedFileAreThoseOfTheOneBefore() throws IOException {
        file().save(OTHER);
        file().save(DEFAULTS);
        Files.writeString(directory.resolve("desktop.toml"), "version = 1\n[speed\nmax");

        assertEquals(OTHER, file().load(complaints::add));
        assertEquals(1, complaints.size(), complaints::toString);
        assertTrue(Files.exists(directory.resolve("desktop.toml.damaged")));
    }

    @Test
    void ofALaterVersionAreSetAside() throws IOException {
        Files.writeString(directory.resolve("desktop.toml"), "version = 9\n");

        assertEquals(DEFAULTS, file().load(complaints::add));
        assertTrue(complaints.getFirst().contains("version 9"), complaints::toString);
    }

    @Test
    void keepAllButAWrongValue() throws IOException {
        file().save(OTHER);
        Path toml = directory.resolve("desktop.toml");
        Files.writeString(
                toml,
                Files.readString(toml).replace("port = 51413", "port = 99999").replace("'dark'", "'pink'"));

        Settings loaded = file().load(complaints::add);

        assertEquals(DEFAULTS.connection(), loaded.connection());
        assertEquals(Settings.Theme.SYSTEM, loaded.appearance().theme());
        assertEquals(OTHER.speed(), loaded.speed());
        assertEquals(2, complaints.size(), complaints::toString);
    }

    @Test
    void areJudgedWhileTheyAreTyped() {
        SettingsViewModel model = new SettingsViewModel(OTHER, Text.of(Locale.ENGLISH));
        assertEquals(Optional.of(OTHER), model.settings());

        model.port.typed().set("65536");
        assertEquals("A number from 0 to 65,535", model.port.problem().get());
        assertTrue(model.invalid().get() && model.settings().isEmpty());

        model.port.typed().set("6889");
        model.bindAddress.typed().set("localhost");
        assertFalse(model.bindAddress.problem().get().isEmpty());
        model.bindAddress.typed().set("::1");
        model.folder.typed().set("relative");
        assertFalse(model.folder.problem().get().isEmpty());
        model.folder.typed().set("/data");
        model.maxDownload.typed().set("100");

        Settings now = model.settings().orElseThrow();
        assertEquals(6889, now.connection().port());
        assertEquals(100 * 1024, now.speed().maxDownload());
    }

    @Test
    void takeARatioAsTheLanguageWritesIt() {
        SettingsViewModel model = new SettingsViewModel(OTHER, Text.of(Locale.GERMAN));
        assertEquals("1,5", model.ratio.typed().get());

        model.ratio.typed().set("2,25");

        assertEquals(2.25, model.settings().orElseThrow().seeding().ratio());
    }

    @Test
    void seedingGoalIsReachedByRatioOrTime() {
        var seeding =
                Fixtures.status(1, "t", new TorrentState.Seeding(), 100, 100, 0, List.of()); // ratio 2, for 30 minutes

        assertTrue(SeedingGoal.isReached(seeding, new Settings.Seeding(2, 0), Fixtures.NOW));
        assertFalse(SeedingGoal.isReached(seeding, new Settings.Seeding(2.1, 0), Fixtures.NOW));
        assertTrue(SeedingGoal.isReached(seeding, new Settings.Seeding(0, 30), Fixtures.NOW));
        assertFalse(SeedingGoal.isReached(seeding, new Settings.Seeding(0, 31), Fixtures.NOW));
        assertFalse(SeedingGoal.isReached(seeding, new Settings.Seeding(0, 0), Fixtures.NOW));
    }

    @Test
    void windowIsRememberedToo() throws IOException {
        WindowState state = new WindowState(
                new WindowState.Bounds(10, 20, 1000, 700, true),
                List.of(new WindowState.Column("name", 300, true), new WindowState.Column("eta", 50, false)),
                Optional.of(new WindowState.Sorting("eta", true)),
                0.4,
                false,
                true,
                List.of(Fixtures.hash(1), Fixtures.hash(2)),
                List.of(Fixtures.hash(2)),
                List.of(Fixtures.hash(3)));
        WindowState.File file = new WindowState.File(directory.resolve("window.toml"));

        file.save(state);

        assertEquals(state, file.load(complaints::add));
        assertEquals(List.of(), complaints);
    }
}
