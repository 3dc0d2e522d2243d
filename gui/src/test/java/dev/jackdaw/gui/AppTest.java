package dev.jackdaw.gui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.model.Activity;
import dev.jackdaw.gui.model.FileNode;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SpeedSchedule;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javafx.geometry.Bounds;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;

/// The app as a person uses it, with pointer and keys, over real sessions.
class AppTest {
    private static final int SLOW = 100_000;

    @TempDir
    Path root;

    private final FxRobot robot = new FxRobot();

    private Path downloads() {
        return Desk.paths(root).home().resolve("Downloads");
    }

    private static Settings quietly(Settings settings) {
        return settings.withDownloads(
                new Settings.Downloads(settings.downloads().folder(), false, true, true));
    }

    /// Clicks a button as soon as it can be clicked and has stayed where it is: a dialog that is just opening is laid
    /// out
    /// more than once, and a click at where the button was is lost.
    private void click(String id) {
        AtomicReference<Optional<Bounds>> before = new AtomicReference<>(Optional.empty());
        Desk.await(id + " can be clicked", () -> {
            Optional<Bounds> now = Desk.lookUp(id)
                    .filter(node -> !node.isDisabled() && node.isVisible())
                    .map(node -> node.localToScreen(node.getBoundsInLocal()));
            return now.isPresent() && now.equals(before.getAndSet(now));
        });
        robot.clickOn("#" + id);
    }

    private TableView<?> table() {
        return Desk.find("torrents", TableView.class);
    }

    private void select(int... rows) {
        TableView<?> table = table();
        Desk.run(() -> {
            table.getSelectionModel().clearSelection();
            for (int row : rows) {
                table.getSelectionModel().select(row);
            }
            table.requestFocus();
        });
    }

    private static TorrentSnapshot only(Desk desk) {
        Desk.await("one torrent", () -> desk.workspace.main().rows().size() == 1);
        return Desk.onFx(() -> desk.workspace.main().rows().getFirst().get());
    }

    private static void awaitActivity(Desk desk, Activity... wanted) {
        Desk.await(
                List.of(wanted) + "",
                () -> desk.workspace.main().rows().size() == 1
                        && List.of(wanted)
                                .contains(desk.workspace
                                        .main()
                                        .rows()
                                        .getFirst()
                                        .get()
                                        .activity()));
    }

    private static PeerAddress address(Session session) {
        return PeerAddress.of(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), session.status().port()));
    }

    private static void connect(Desk desk, InfoHash infoHash, Session to) {
        desk.workspace.actions().addPeers(infoHash, List.of(address(to)));
    }

    private static void assertSameContent(Path expected, Path actual) throws IOException {
        assertEquals(-1, Files.mismatch(expected, actual), actual::toString);
    }

    @Test
    void addsATorrentFileAndSeesItThroughToTheEnd() throws Exception {
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(600_000, 70_000), 0);
                Desk desk = Desk.open(root)) {
            Desk.run(() -> desk.window.add(List.of(share.file().toString())));
            click("add-ok");
            InfoHash infoHash = only(desk).infoHash();
            connect(desk, infoHash, share.session);
            awaitActivity(desk, Activity.SEEDING);

            assertSameContent(
                    share.directory.resolve("album/file-1.bin"), downloads().resolve("album/file-1.bin"));
            assertSameContent(
                    share.directory.resolve("album/file-2.bin"), downloads().resolve("album/file-2.bin"));
            Desk.await(
                    "the desktop is told",
                    () -> desk.desktopNotices.stream()
                            .anyMatch(notice -> notice.kind() == Notice.Kind.SUCCESS
                                    && notice.detail().equals("album")));

            select(0);
            robot.press(KeyCode.CONTROL).type(KeyCode.ENTER).release(KeyCode.CONTROL);
            Desk.await(
                    "the content is opened",
                    () -> desk.opened.contains(downloads().resolve("album")));

            Desk.run(() -> desk.window.add(List.of(share.file().toString())));
            Desk.await(
                    "it is said that it is there",
                    () -> desk.workspace.main().notices().stream()
                            .anyMatch(notice -> notice.detail().equals("album") && notice.kind() == Notice.Kind.INFO));
        }
    }

    @Test
    void addsAMagnetLinkChoosingFilesOnceTheyAreKnown() throws Exception {
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(300_000, 500_000, 90_000), 0);
                Desk desk = Desk.open(root)) {
            robot.press(KeyCode.CONTROL).type(KeyCode.U).release(KeyCode.CONTROL);
            TextArea links = Desk.find("links", TextArea.class);
            Desk.run(() -> links.setText(share.magnet()));
            click("link-ok");
            Desk.await(
                    "the files are shown",
                    () -> Desk.lookUp("add-files")
                            .filter(files ->
                                    files.isVisible() && ((TreeTableView<?>) files).getExpandedItemCount() == 4)
                            .isPresent());
            assertEquals(0, desk.workspace.main().all().size(), "nothing is added before the answer");

            TreeTableView<?> files = Desk.find("add-files", TreeTableView.class);
            Desk.run(() -> {
                files.requestFocus();
                files.getSelectionModel().clearAndSelect(2);
            });
            robot.type(KeyCode.SPACE); // not the second file
            CheckBox sequential = Desk.find("add-sequential", CheckBox.class);
            Desk.run(() -> sequential.setSelected(true));
            click("add-ok");
            awaitActivity(desk, Activity.SEEDING);

            assertTrue(only(desk).status().settings().sequential());
            assertSameContent(
                    share.directory.resolve("album/file-1.bin"), downloads().resolve("album/file-1.bin"));
            assertSameContent(
                    share.directory.resolve("album/file-3.bin"), downloads().resolve("album/file-3.bin"));
            assertFalse(Files.exists(downloads().resolve("album/file-2.bin")));

            select(0);
            Desk.run(() -> desk.window.show("files"));
            TreeTableView<?> tree = Desk.find("files", TreeTableView.class);
            Desk.await("the tree is there", () -> tree.getExpandedItemCount() == 4);
            Desk.run(() -> {
                tree.requestFocus();
                tree.getSelectionModel().clearAndSelect(2);
            });
            robot.type(KeyCode.SPACE); // the second file after all
            Desk.await(
                    "the second file is here",
                    () -> Files.exists(downloads().resolve("album/file-2.bin"))
                            && only(desk).status().completedBytes() == 890_000);
        }
    }

    @Test
    void forgetsAMagnetLinkWhoseDialogIsCancelled() throws Exception {
        Path own = Files.createDirectories(downloads().resolve("album")).resolve("file-1.bin");
        Files.writeString(own, "the user's own");
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(300_000), 0);
                Desk desk = Desk.open(root)) {
            Desk.run(() -> desk.window.add(List.of(share.magnet())));
            Desk.await(
                    "files",
                    () -> Desk.lookUp("add-files")
                            .filter(files -> files.isVisible())
                            .isPresent());
            click("add-cancel");
            Desk.await("no dialog", () -> Desk.lookUp("add-ok").isEmpty());

            Desk.await(
                    "nothing is remembered",
                    () -> desk.workspace.window().unanswered().isEmpty());
            assertEquals(0, desk.workspace.main().all().size());
            assertEquals("the user's own", Files.readString(own));
        }
    }

    @Test
    void pausesResumesPrioritisesAndRemoves() throws Exception {
        Desk.settle(root, AppTest::quietly);
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(900_000, 700_000), SLOW);
                Desk desk = Desk.open(root)) {
            Desk.run(() -> desk.window.add(List.of(share.magnet())));
            awaitActivity(desk, Activity.DOWNLOADING, Activity.STALLED);
            InfoHash infoHash = only(desk).infoHash();
            Desk.await("something is here", () -> only(desk).status().completedBytes() > 0);

            select(0);
            click("button-command-pause");
            awaitActivity(desk, Activity.PAUSED);
            robot.type(KeyCode.SPACE);
            awaitActivity(desk, Activity.DOWNLOADING, Activity.STALLED);

            desk.workspace.actions().setFilePriorities(infoHash, Map.of(1, FilePriority.SKIP));
            Desk.await("half of it is wanted", () -> only(desk).status().wantedBytes() == 900_000);

            table();
            select(0);
            robot.type(KeyCode.DELETE);
            Desk.find("remove-delete", RadioButton.class);
            click("remove-delete");
            click("remove-ok");
            Desk.await("no torrent", () -> desk.workspace.main().all().isEmpty());
            Desk.await("no content", () -> !Files.exists(downloads().resolve("album")));
        }
    }

    @Test
    void movesTheContentOfATorrentThatGoesOnSeeding() throws Exception {
        Desk.settle(root, AppTest::quietly);
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(100_000), 0);
                Desk desk = Desk.open(root)) {
            Desk.run(() -> desk.window.add(List.of(share.magnet())));
            awaitActivity(desk, Activity.SEEDING);

            desk.workspace.actions().move(List.of(only(desk).infoHash()), root.resolve("elsewhere"));

            Desk.await(
                    "it seeds from there",
                    () -> only(desk).status().directory().equals(root.resolve("elsewhere"))
                            && only(desk).activity() == Activity.SEEDING);
            assertSameContent(share.directory.resolve("album/file-1.bin"), root.resolve("elsewhere/album/file-1.bin"));
            assertFalse(Files.exists(downloads().resolve("album")));
        }
    }

    @Test
    void renamesATorrentAndAFileByKeyboard() throws Exception {
        Desk.settle(root, AppTest::quietly);
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(100_000, 50_000), 0);
                Desk desk = Desk.open(root)) {
            Desk.run(() -> desk.window.add(List.of(share.magnet())));
            awaitActivity(desk, Activity.SEEDING);

            select(0);
            robot.type(KeyCode.F2);
            rename("Our album");
            Desk.await("the torrent has its name", () -> only(desk).name().equals("Our album"));
            awaitActivity(desk, Activity.SEEDING);
            Desk.run(() -> desk.window.show("files"));
            TreeTableView<?> tree = Desk.find("files", TreeTableView.class);
            Desk.await("the tree has its name", () -> tree.getExpandedItemCount() == 3 && shows(tree, 0, "Our album"));
            Desk.run(() -> {
                tree.requestFocus();
                tree.getSelectionModel().clearAndSelect(1);
            });
            robot.type(KeyCode.F2);
            rename("first.bin");

            Path content = downloads().resolve("Our album");
            Desk.await("the file has its name", () -> Files.exists(content.resolve("first.bin")));
            awaitActivity(desk, Activity.SEEDING);
            assertSameContent(share.directory.resolve("album/file-1.bin"), content.resolve("first.bin"));
            assertFalse(Files.exists(downloads().resolve("album")));

            Desk.await("the tree has it too", () -> shows(tree, 1, "first.bin"));
            Desk.run(() -> {
                tree.requestFocus();
                tree.getSelectionModel().clearAndSelect(2);
            });
            robot.type(KeyCode.F2);
            rename("first.bin");
            Desk.await(
                    "a name that is taken is refused",
                    () -> desk.workspace.main().notices().stream()
                            .anyMatch(notice -> notice.kind() == Notice.Kind.ERROR
                                    && notice.detail().contains("is there already")));
        }
    }

    private static boolean shows(TreeTableView<?> tree, int row, String name) {
        return tree.getTreeItem(row) != null
                && ((FileNode) tree.getTreeItem(row).getValue()).name().equals(name);
    }

    private void rename(String name) {
        TextField field = Desk.find("rename-name", TextField.class);
        Desk.run(() -> field.setText(name));
        click("rename-ok");
        Desk.await("the dialog has gone", () -> Desk.lookUp("rename-ok").isEmpty());
    }

    @Test
    void removesKeepingTheContentOrMovingItToTheTrash() throws Exception {
        Desk.settle(root, AppTest::quietly);
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(100_000), 0);
                Desk desk = Desk.open(root)) {
            for (String choice : List.of("remove-keep", "remove-trash")) {
                Desk.run(() -> desk.window.add(List.of(share.magnet())));
                awaitActivity(desk, Activity.SEEDING);
                select(0);
                click("button-command-remove");
                click(choice);
                click("remove-ok");
                Desk.await("no torrent", () -> desk.workspace.main().all().isEmpty());
                assertEquals(
                        choice.equals("remove-keep"),
                        Desk.onFx(() -> true) && stays(downloads().resolve("album/file-1.bin"), choice));
            }
            assertSameContent(
                    share.directory.resolve("album/file-1.bin"),
                    Desk.paths(root).home().resolve(".local/share/Trash/files/album/file-1.bin"));
        }
    }

    private static boolean stays(Path file, String choice) {
        if (choice.equals("remove-trash")) {
            Desk.await("it has gone", () -> !Files.exists(file));
        }
        return Files.exists(file);
    }

    @Test
    void createsATorrentAndSeedsIt() throws Exception {
        Path content = Files.createDirectories(root.resolve("my pictures"));
        Files.write(content.resolve("one.raw"), new byte[200_000]);
        try (Desk desk = Desk.open(root);
                Session friend = Desk.loopback(SessionConfig.defaults())) {
            robot.press(KeyCode.CONTROL).type(KeyCode.N).release(KeyCode.CONTROL);
            TextField source = Desk.find("create-source", TextField.class);
            Desk.run(() -> source.setText(root.resolve("nothing here").toString()));
            assertTrue(Desk.onFx(() -> Desk.lookUp("create-ok").orElseThrow().isDisabled()));
            Desk.run(() -> source.setText(content.toString()));
            TextArea trackers = Desk.find("create-trackers", TextArea.class);
            Desk.run(() -> trackers.setText("not a tracker"));
            Label problem = Desk.find("create-problem", Label.class);
            Desk.await("the tracker is refused", () -> problem.getText().contains("not a tracker"));
            Desk.run(() -> trackers.setText("http://127.0.0.1:9/announce"));
            click("create-ok");
            click("create-copy");
            awaitActivity(desk, Activity.SEEDING);
            String link = Desk.onFx(() -> Clipboard.getSystemClipboard().getString());

            Torrent torrent = friend.add(TorrentSource.magnet(link), AddOptions.into(root.resolve("friend")));
            Optional<Integer> port = Optional.of(
                    Desk.onFx(() -> desk.workspace.main().session().get().port()));
            torrent.addPeers(List.of(
                    PeerAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.orElseThrow()))));
            torrent.awaitComplete(Duration.ofSeconds(40));

            assertEquals(
                    List.of(List.of("http://127.0.0.1:9/announce")),
                    torrent.status().settings().trackers());
        }
        assertSameContent(content.resolve("one.raw"), root.resolve("friend/my pictures/one.raw"));
    }

    @Test
    void changesSettingsThatAreThereAfterARestartLikeEverythingElse() throws Exception {
        Desk.settle(root, AppTest::quietly);
        InfoHash infoHash;
        try (Share share = Share.of(root.resolve("seed"), "album", List.of(3_000_000), SLOW);
                Share other = Share.of(root.resolve("other"), "book", List.of(50_000), 0)) {
            try (Desk desk = Desk.open(root)) {
                robot.press(KeyCode.CONTROL).type(KeyCode.COMMA).release(KeyCode.CONTROL);
                Desk.run(() -> Desk.lookUp("settings-pages")
                        .map(ListView.class::cast)
                        .orElseThrow()
                        .getSelectionModel()
                        .select("connection"));
                TextField port = Desk.find("settings-port", TextField.class);
                Desk.run(() -> port.setText("70000"));
                Button ok = Desk.find("settings-ok", Button.class);
                assertTrue(Desk.onFx(ok::isDisabled), "70000 is no port");
                Desk.run(() -> port.setText("7001"));
                click("settings-ok");
                robot.press(KeyCode.CONTROL).type(KeyCode.T).release(KeyCode.CONTROL);
                Desk.await(
                        "alternative limits",
                        () -> desk.workspace.settings().speed().alternative());
                Desk.run(() -> desk.workspace.apply(
                        desk.workspace.settings().withSpeed(new Settings.Speed(0, 0, 0, 0, true, SpeedSchedule.OFF))));

                Desk.run(() -> desk.window.add(List.of(share.magnet())));
                infoHash = only(desk).infoHash();
                Desk.run(() -> desk.window.add(List.of(other.magnet())));
                Desk.await(
                        "some of it is here",
                        () -> desk.workspace
                                .main()
                                .find(infoHash)
                                .filter(torrent -> torrent.status().completedBytes() > 200_000)
                                .isPresent());
                Desk.run(() -> {
                    TableView<?> table = (TableView<?>) Desk.lookUp("torrents").orElseThrow();
                    TableColumn<?, ?> name = column(table, "name");
                    sortBy(table, name);
                    column(table, "ratio").setVisible(false);
                });
                desk.workspace.actions().pause(List.of(infoHash));
                desk.workspace.actions().setRateLimits(List.of(infoHash), 12_000, 0);
                Desk.await(
                        "paused",
                        () -> desk.workspace
                                .main()
                                .find(infoHash)
                                .filter(torrent -> torrent.activity() == Activity.PAUSED
                                        && torrent.status().settings().maxDownloadRate() == 12_000)
                                .isPresent());
                Desk.await(
                        "the book is here",
                        () -> desk.workspace.main().rows().stream()
                                .anyMatch(row -> row.get().activity() == Activity.SEEDING));
            }
        }
        try (Desk desk = Desk.open(root)) {
            Desk.await(
                    "both are there and known",
                    () -> desk.workspace.main().rows().size() == 2
                            && desk.workspace.main().rows().stream()
                                    .anyMatch(row -> row.get().activity() == Activity.SEEDING)
                            && desk.workspace
                                            .main()
                                            .find(infoHash)
                                            .orElseThrow()
                                            .status()
                                            .completedBytes()
                                    > 200_000);

            TorrentSnapshot album =
                    Desk.onFx(() -> desk.workspace.main().find(infoHash).orElseThrow());
            assertEquals(Activity.PAUSED, album.activity());
            assertEquals(12_000, album.status().settings().maxDownloadRate());
            assertEquals(7001, desk.workspace.settings().connection().port());
            assertTrue(desk.workspace.settings().speed().alternative());
            assertEquals(
                    List.of("book", "album"),
                    Desk.onFx(() -> desk.workspace.main().rows().stream()
                            .map(row -> row.get().name())
                            .toList()));
            assertFalse(Desk.onFx(() -> column(table(), "ratio").isVisible()));
        }
    }

    private static TableColumn<?, ?> column(TableView<?> table, String id) {
        return table.getColumns().stream()
                .filter(column -> column.getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static <T> void sortBy(TableView<T> table, TableColumn<?, ?> column) {
        column.setSortType(TableColumn.SortType.DESCENDING);
        table.getSortOrder().setAll(List.of((TableColumn<T, ?>) column));
    }

    @Test
    void searchesFiltersAndKeepsTheSelectionWhenTheOrderChanges() throws Exception {
        Desk.settle(
                root,
                settings -> new Settings(
                        settings.appearance(),
                        new Settings.Downloads(settings.downloads().folder(), false, false, true),
                        settings.speed(),
                        settings.connection(),
                        settings.queue(),
                        settings.seeding(),
                        settings.privacy(),
                        settings.notifications()));
        try (Desk desk = Desk.open(root)) {
            assertTrue(Desk.onFx(() -> Desk.lookUp("empty-add").orElseThrow().isVisible()));
            for (String name : List.of("cherry", "apple", "banana")) {
                String hash = Integer.toHexString(name.hashCode()).repeat(8).substring(0, 40);
                Desk.run(() -> desk.window.add(List.of("magnet:?xt=urn:btih:" + hash + "&dn=" + name)));
            }
            Desk.await("three", () -> desk.workspace.main().rows().size() == 3);
            select(0);

            Desk.run(() -> {
                TableView<?> table = (TableView<?>) Desk.lookUp("torrents").orElseThrow();
                sortBy(table, column(table, "name"));
            });
            assertEquals(
                    "cherry",
                    Desk.onFx(() -> desk.workspace
                            .main()
                            .details()
                            .torrent()
                            .get()
                            .orElseThrow()
                            .name()));
            Desk.await(
                    "selected in its new place",
                    () -> table().getSelectionModel().getSelectedIndex() == 0
                            && desk.workspace
                                    .main()
                                    .rows()
                                    .getFirst()
                                    .get()
                                    .name()
                                    .equals("cherry"));

            robot.press(KeyCode.CONTROL).type(KeyCode.F).release(KeyCode.CONTROL);
            robot.write("nan");
            Desk.await("one matches", () -> desk.workspace.main().rows().size() == 1);
            robot.type(KeyCode.ESCAPE);
            Desk.await("all again", () -> desk.workspace.main().rows().size() == 3);

            Desk.run(() -> desk.window.add(List.of("magnet:?xt=urn:btih:nonsense")));
            Desk.await(
                    "the error is told",
                    () -> desk.workspace.main().notices().stream()
                            .anyMatch(notice -> notice.kind() == Notice.Kind.ERROR));
        }
    }
}
