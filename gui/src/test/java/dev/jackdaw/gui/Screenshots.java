package dev.jackdaw.gui;

import dev.jackdaw.gui.model.Activity;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.StateFilter;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ListView;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Takes the pictures of `docs/screenshots` from the running app, with real transfers in progress. Not a test
/// of the build, but a command:
///
/// ```
/// ./mvnw -q -pl gui -am test -Dtest=Screenshots -Dsurefire.failIfNoSpecifiedTests=false
/// ```
class Screenshots {
    private static final Path TARGET = Path.of(System.getProperty("jackdaw.screenshots", "../docs/screenshots"));
    private static final int PIECE_LENGTH = 64 * 1024;

    @TempDir
    Path root;

    private final Map<String, InfoHash> torrents = new LinkedHashMap<>();

    @Test
    @Timeout(600)
    void take() throws Exception {
        Files.createDirectories(TARGET);
        for (Settings.Theme theme : List.of(Settings.Theme.LIGHT, Settings.Theme.DARK)) {
            Path app = root.resolve(theme.name());
            Desk.settle(
                    app,
                    settings -> new Settings(
                            new Settings.Appearance(theme, 100, "en"),
                            new Settings.Downloads(settings.downloads().folder(), false, true, true),
                            settings.speed(),
                            settings.connection(),
                            new Settings.Queue(true, 3, 10),
                            settings.seeding(),
                            settings.privacy(),
                            settings.notifications()));
            try (TinyTracker tracker = new TinyTracker();
                    Session seeder = session(1_100_000);
                    Session leecher = session(0);
                    Desk desk = Desk.open(app, Screenshots::appSession)) {
                tracker.add(seeder.status().port());
                empty(desk, theme);
                fill(desk, seeder, leecher, tracker.url(), root.resolve("content-" + theme));
                take(desk, seeder, theme);
            }
            names(theme);
        }
    }

    /// In a narrow window, in German: long names, names of other scripts, and those that try tricks.
    private void names(Settings.Theme theme) throws Exception {
        Path app = root.resolve("names-" + theme);
        Desk.settle(app, settings -> settings.withAppearance(new Settings.Appearance(theme, 100, "de")));
        FakeSession session = new FakeSession();
        List<String> names = List.of(
                "A name that is a good deal longer than any column of any window, and goes on and on – part 1 of 3",
                "מצגת לישיבה 2025.7z",
                "صور من الرحلة.3gp",
                "星空写真集 2025年",
                "holiday photo \u202egpj.exe",
                "line\nbreak\u0007 and \u200b nothing");
        List<TorrentState> states = List.of(
                new TorrentState.Downloading(),
                new TorrentState.Seeding(),
                new TorrentState.Checking(0.37),
                new TorrentState.FetchingMetadata(),
                new TorrentState.Paused(),
                new TorrentState.Failed("write /media/stick/film.mkv: No space left on device", true));
        for (int i = 0; i < names.size(); i++) {
            session.statuses.add(Fixtures.status(
                    i,
                    names.get(i),
                    states.get(i),
                    i == 1 ? 700_000_000 : 90_000_000L * i,
                    700_000_000,
                    i == 0 ? 2_345_678 : 0,
                    List.of("https://tracker" + i % 2 + ".example.org/announce")));
        }
        try (Desk desk = Desk.open(app, config -> session)) {
            Desk.run(() -> {
                desk.stage.setWidth(860);
                desk.stage.setHeight(620);
            });
            Desk.await("the torrents", () -> desk.workspace.main().all().size() == names.size());
            Desk.run(() -> ((TableView<?>) Desk.lookUp("torrents").orElseThrow())
                    .getSelectionModel()
                    .clearAndSelect(5));
            picture(desk.stage, "names-german", theme);
        }
    }

    private static Session session(long uploadRate) {
        return Session.open(SessionConfig.builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .trackers(false)
                .bufferBytes(16 << 20)
                .maxUploadRate(uploadRate)
                .build());
    }

    private static Session appSession(SessionConfig config) {
        return Session.open(SessionConfig.builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .dht(false)
                .localDiscovery(false)
                .bufferBytes(16 << 20)
                .stateDirectory(config.stateDirectory().orElseThrow())
                .build());
    }

    private Metainfo content(Path directory, String name, int files, int bytes, String tracker) throws Exception {
        Random random = new Random(name.hashCode());
        Path content = Files.createDirectories(directory.resolve(name));
        for (int i = 1; i <= files; i++) {
            byte[] data = new byte[bytes / files + random.nextInt(bytes / files / 3 + 1)];
            random.nextBytes(data);
            Path folder = files > 6 ? content.resolve(i % 2 == 0 ? "raw" : "edited") : content;
            Files.createDirectories(folder);
            Files.write(
                    folder.resolve("%s %02d.%s".formatted(name.split("[ -]")[0], i, files > 6 ? "tiff" : "bin")), data);
        }
        return MetainfoBuilder.of(content)
                .pieceLength(PIECE_LENGTH)
                .tier(tracker)
                .comment("Shared under CC BY 4.0")
                .createdBy("Jackdaw 0.1")
                .creationDate(Instant.parse("2026-02-14T10:30:00Z"))
                .build();
    }

    /// Torrents in every state: complete and giving, half complete, waiting in the queue, paused, failing.
    private void fill(Desk desk, Session seeder, Session leecher, String tracker, Path directory) throws Exception {
        List<String> names = List.of(
                "Night sky photographs 2025",
                "Field recordings of the Białowieża forest",
                "Open street map extract – Europe",
                "Народные сказки (audio book)",
                "Weather station archive 1990–2020",
                "Lecture notes and exercises");
        int[] files = {14, 5, 1, 6, 4, 3};
        int[] bytes = {26_000_000, 22_000_000, 48_000_000, 9_000_000, 30_000_000, 4_000_000};
        for (int i = 0; i < names.size(); i++) {
            Metainfo metainfo = content(directory, names.get(i), files[i], bytes[i], tracker);
            torrents.put(names.get(i), metainfo.info().infoHash());
            Torrent seed = seeder.add(new TorrentSource.TorrentFile(metainfo), AddOptions.into(directory));
            seed.awaitComplete();
            Path file = Files.write(directory.resolve(i + ".torrent"), metainfo.toBytes());
            Desk.run(() -> desk.window.add(List.of(file.toString())));
            int number = i + 1;
            Desk.await("added", () -> desk.workspace.main().all().size() == number);
        }
        Desk.run(() -> desk.window.add(List.of("magnet:?xt=urn:btih:" + "c0ffee42".repeat(5)
                + "&dn=Public+domain+films&tr=udp%3A%2F%2Ftracker.example.org%3A6969%2Fannounce")));
        // the audio book goes ahead, is given on, and so shows an upload
        InfoHash book = torrents.get(names.get(3));
        desk.workspace.actions().moveInQueue(List.of(book), -100);
        Desk.await(
                "the book is complete",
                () -> desk.workspace
                        .main()
                        .find(book)
                        .filter(torrent -> torrent.activity() == Activity.SEEDING)
                        .isPresent());
        leecher.setRateLimits(240_000, 0);
        leecher.add(
                new TorrentSource.TorrentFile(Metainfo.read(directory.resolve("3.torrent"))),
                AddOptions.builder(directory.resolve("friend"))
                        .peers(List.of(PeerAddress.of(new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                Desk.onFx(() ->
                                        desk.workspace.main().session().get().port())))))
                        .build());
        desk.workspace.actions().pause(List.of(torrents.get(names.get(4))));
        // its folder is a file: an error that says what to do
        Path blocked = Files.createDirectories(desk.workspace.paths().home());
        Files.writeString(blocked.resolve("blocked"), "a file where a folder is wanted");
        desk.workspace.actions().remove(List.of(torrents.get(names.get(5))), TorrentActions.Removal.KEEP);
        desk.workspace
                .actions()
                .add(
                        new TorrentSource.TorrentFile(Metainfo.read(directory.resolve("5.torrent"))),
                        AddOptions.into(blocked.resolve("blocked")));
        Desk.await(
                "transfers are under way",
                () -> desk.workspace
                        .main()
                        .find(torrents.get(names.get(0)))
                        .filter(torrent ->
                                torrent.progress() > 0.2 && torrent.status().downloadRate() > 0)
                        .isPresent());
        Desk.await(
                "the graph has some samples",
                () -> desk.workspace.main().rates().size() > 24);
    }

    private void empty(Desk desk, Settings.Theme theme) throws Exception {
        Desk.await("the empty state", () -> Desk.lookUp("empty-add").isPresent());
        picture(desk.stage, "empty", theme);
    }

    private void take(Desk desk, Session seeder, Settings.Theme theme) throws Exception {
        picture(desk.stage, "notices", theme);
        Desk.run(() -> desk.workspace.main().notices().clear());
        select(desk, "Night sky photographs 2025");
        for (String tab : List.of("general", "files", "peers", "trackers", "speed", "log")) {
            Desk.run(() -> desk.window.show(tab));
            Desk.await("the tab is filled", () -> filled(tab));
            picture(desk.stage, tab.equals("general") ? "main" : "details-" + tab, theme);
        }
        Desk.run(() -> desk.window.show("general"));
        InfoHash failing = torrents.get("Lecture notes and exercises");
        desk.workspace.actions().force(List.of(failing));
        Desk.await(
                "the error is there",
                () -> desk.workspace
                        .main()
                        .find(failing)
                        .filter(torrent -> torrent.activity() == Activity.FAILED)
                        .isPresent());
        select(desk, "Lecture notes and exercises");
        Desk.run(() -> desk.workspace.main().stateFilter().set(StateFilter.ALL));
        picture(desk.stage, "error", theme);
        Desk.run(() -> desk.workspace.main().notices().clear());

        dialog(desk, "link", theme, () -> desk.window.perform("command.link"), () -> {
            TextArea links = (TextArea) Desk.lookUp("links").orElseThrow();
            links.setText("magnet:?xt=urn:btih:" + "0123456789abcdef0123456789abcdef01234567" + "&dn=Some+data+set");
        });
        dialog(desk, "create", theme, () -> desk.window.perform("command.create"), () -> {
            ((TextField) Desk.lookUp("create-source").orElseThrow())
                    .setText(root.resolve("content-" + theme).toString());
            ((TextArea) Desk.lookUp("create-trackers").orElseThrow())
                    .setText("udp://tracker.example.org:6969/announce\nhttps://tracker.example.net/announce");
        });
        select(desk, "Night sky photographs 2025");
        dialog(desk, "remove", theme, () -> desk.window.perform("command.remove"), () -> {});
        dialog(desk, "rename", theme, () -> desk.window.perform("command.rename"), () -> {});
        dialog(desk, "limits", theme, () -> desk.window.perform("command.limits"), () -> {});
        for (String page : List.of("downloads", "speed", "queue", "privacy", "appearance")) {
            dialog(desk, "settings-" + page, theme, () -> desk.window.perform("command.settings"), () -> {
                ListView<?> pages = (ListView<?>) Desk.lookUp("settings-pages").orElseThrow();
                pages.getSelectionModel().select(pages.getItems().indexOf(page));
            });
        }
        wrongPort(desk, theme);
        Desk.run(() -> desk.workspace.apply(desk.workspace
                .settings()
                .withDownloads(new Settings.Downloads(
                        desk.workspace.settings().downloads().folder(), true, true, true))));
        Metainfo fresh = content(
                root.resolve("fresh-" + theme), "Herbarium scans", 8, 12_000_000, "http://127.0.0.1:9/announce");
        seeder.add(new TorrentSource.TorrentFile(fresh), AddOptions.into(root.resolve("fresh-" + theme)))
                .awaitComplete();
        String magnet = "magnet:?xt=urn:btih:" + fresh.info().infoHash() + "&dn=Herbarium+scans&x.pe=127.0.0.1:"
                + seeder.status().port();
        String unknown = "magnet:?xt=urn:btih:" + "feed".repeat(10) + "&dn=Herbarium+scans";
        dialogOf(desk, "add-fetching", theme, () -> desk.window.add(List.of(unknown)), "add-ok", () -> true);
        dialogOf(
                desk,
                "add",
                theme,
                () -> desk.window.add(List.of(magnet)),
                "add-files",
                () -> Desk.lookUp("add-files").orElseThrow().isVisible());
    }

    /// A port that is none, and what the dialog says of it.
    private void wrongPort(Desk desk, Settings.Theme theme) throws Exception {
        Desk.run(() -> desk.window.perform("command.settings"));
        ListView<?> pages = Desk.find("settings-pages", ListView.class);
        Desk.run(() -> pages.getSelectionModel().select(pages.getItems().indexOf("connection")));
        TextField port = Desk.find("settings-port", TextField.class);
        Desk.run(() -> port.setText("70000"));
        Stage dialog = newest(desk);
        picture(dialog, "settings-connection", theme);
        Desk.run(dialog::close);
    }

    private static boolean filled(String tab) {
        return switch (tab) {
            case "files", "peers", "trackers" -> Desk.lookUp(tab).isPresent();
            default -> true;
        };
    }

    private void select(Desk desk, String name) {
        Desk.await(name + " is selected", () -> {
            TableView<?> table = (TableView<?>) Desk.lookUp("torrents").orElseThrow();
            for (int i = 0; i < desk.workspace.main().rows().size(); i++) {
                TorrentSnapshot torrent = desk.workspace.main().rows().get(i).get();
                if (torrent.name().equals(name)) {
                    table.getSelectionModel().clearAndSelect(i);
                    table.requestFocus();
                }
            }
            return desk.workspace
                    .main()
                    .details()
                    .torrent()
                    .get()
                    .filter(shown -> shown.name().equals(name))
                    .isPresent();
        });
    }

    private void dialog(Desk desk, String name, Settings.Theme theme, Runnable open, Runnable fill) throws Exception {
        Desk.run(open);
        Stage dialog = newest(desk);
        Desk.run(fill);
        picture(dialog, name, theme);
        Desk.run(dialog::close);
    }

    private void dialogOf(
            Desk desk, String name, Settings.Theme theme, Runnable open, String node, BooleanSupplier ready)
            throws Exception {
        Desk.run(open);
        Desk.find(node, Node.class);
        Desk.await(name, ready);
        Stage dialog = newest(desk);
        picture(dialog, name, theme);
        Desk.run(dialog::close);
    }

    private static Stage newest(Desk desk) {
        List<Stage> found = new ArrayList<>();
        Desk.await("a dialog", () -> {
            Window.getWindows().stream()
                    .filter(window -> window instanceof Stage stage && stage != desk.stage)
                    .forEach(window -> found.add((Stage) window));
            return !found.isEmpty();
        });
        return found.getLast();
    }

    /// Waits until the session has been read twice more, so that everything that was opened is filled, and
    /// takes it.
    private static void picture(Stage stage, String name, Settings.Theme theme) {
        Desk.settleFrames();
        Desk.run(() -> {
            Scene scene = stage.getScene();
            scene.getRoot().applyCss();
            scene.getRoot().layout();
            Png.write(
                    scene.snapshot(null),
                    TARGET.resolve(name + "-" + theme.name().toLowerCase(Locale.ROOT) + ".png"));
        });
    }
}
