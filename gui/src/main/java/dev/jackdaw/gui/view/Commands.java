package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCombination;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// Everything that can be commanded in the main window: which key does it, when it makes sense, and what it does.
/// Menus, buttons and keys are made of these.
final class Commands {
    private static final ObservableBooleanValue NEVER = new SimpleBooleanProperty(false);
    /// More places than a queue has.
    private static final int ALL_THE_WAY = 1_000_000;

    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final Theming theming;
    private final Desktop desktop;
    private final Stage stage;
    private final Selection selection;
    private final List<Command> all = new ArrayList<>();

    final Command addFile;
    final Command addLink;
    final Command create;
    final Command settings;
    final Command quit;
    final Command resume;
    final Command force;
    final Command pause;
    final Command remove;
    final Command limits;
    final Command rename;
    final Command move;
    final Command cancelMove;
    final Command recheck;
    final Command cancelCheck;
    final Command announce;
    final Command open;
    final Command copyMagnet;
    final Command copyName;
    final Command copyHash;
    final Command export;
    final Command queueTop;
    final Command queueUp;
    final Command queueDown;
    final Command queueBottom;

    /// @param askForSettings opens the settings
    Commands(
            Workspace workspace,
            Formats formats,
            Theming theming,
            Desktop desktop,
            Stage stage,
            Selection selection,
            Adding adding,
            Runnable askForSettings) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.formats = formats;
        this.theming = theming;
        this.desktop = desktop;
        this.stage = stage;
        this.selection = selection;
        TorrentActions actions = workspace.actions();
        ObservableBooleanValue none = selection.isEmpty();
        ObservableBooleanValue notOne = selection.isNotOne();
        addFile = command("add", Glyph.ADD, "Shortcut+O", NEVER, adding::chooseFiles);
        addLink = command("link", Glyph.LINK, "Shortcut+U", NEVER, adding::askForLinks);
        create = command("create", Glyph.CREATE, "Shortcut+N", NEVER, adding::create);
        settings = command("settings", Glyph.SETTINGS, "Shortcut+Comma", NEVER, askForSettings);
        quit = command("quit", Glyph.CLOSE, "Shortcut+Q", NEVER, stage::close);
        resume = command(
                "resume", Glyph.RESUME, "Shortcut+R", selection.hasNothingToResume(), () -> actions.resume(chosen()));
        force = command("force", Glyph.BOLT, "Shortcut+Shift+R", none, () -> actions.force(chosen()));
        pause = command(
                "pause", Glyph.PAUSE, "Shortcut+P", selection.hasNothingToPause(), () -> actions.pause(chosen()));
        remove = command("remove", Glyph.REMOVE, "Delete", none, this::remove);
        limits = command("limits", Glyph.TURTLE, null, none, this::askForLimits);
        rename = command("rename", Glyph.CREATE, "F2", selection.isNotNameable(), this::rename);
        move = command("move", Glyph.FOLDER, null, none, this::move);
        cancelMove = command(
                "move.cancel", Glyph.CLOSE, null, selection.hasNothingMoving(), () -> actions.cancelMoves(chosen()));
        recheck = command("recheck", Glyph.REFRESH, null, none, () -> actions.recheck(chosen()));
        cancelCheck = command(
                "recheck.cancel",
                Glyph.CLOSE,
                null,
                selection.hasNothingChecked(),
                () -> actions.cancelChecks(selection.checked()));
        announce = command("announce", Glyph.GLOBE, null, none, () -> actions.announce(chosen()));
        open = command("open", Glyph.FOLDER, "Shortcut+Enter", notOne, this::openContent);
        copyMagnet = command("copy.magnet", Glyph.LINK, "Shortcut+Shift+C", none, this::copyMagnet);
        copyName = command("copy.name", Glyph.COPY, null, none, this::copyNames);
        copyHash = command("copy.hash", Glyph.COPY, null, none, this::copyHashes);
        export = command("export", Glyph.FILE, null, notOne, this::export);
        queueTop = command("queue.top", Glyph.UP, "Shortcut+Shift+Up", none, () -> moveInQueue(-ALL_THE_WAY));
        queueUp = command("queue.up", Glyph.UP, "Shortcut+Up", none, () -> moveInQueue(-1));
        queueDown = command("queue.down", Glyph.DOWN, "Shortcut+Down", none, () -> moveInQueue(1));
        queueBottom = command("queue.bottom", Glyph.DOWN, "Shortcut+Shift+Down", none, () -> moveInQueue(ALL_THE_WAY));
    }

    private Command command(
            String key, Glyph glyph, @Nullable String keys, ObservableBooleanValue disabled, Runnable action) {
        Command command = new Command(
                "command." + key, glyph, keys == null ? null : KeyCombination.valueOf(keys), disabled, action);
        all.add(command);
        return command;
    }

    /// Does what the command of that key does, unless it makes no sense now.
    void perform(String key) {
        all.stream().filter(command -> command.key().equals(key)).forEach(Command::perform);
    }

    private List<InfoHash> chosen() {
        return selection.hashes();
    }

    private void remove() {
        List<TorrentSnapshot> torrents = selection.torrents();
        if (torrents.isEmpty()) {
            return;
        }
        List<InfoHash> hashes = torrents.stream().map(TorrentSnapshot::infoHash).toList();
        boolean trash = workspace.actions().hasTrash()
                && workspace.settings().downloads().trash();
        new RemoveDialog(
                        stage,
                        theming,
                        text,
                        formats,
                        torrents,
                        trash,
                        removal -> workspace.actions().remove(hashes, removal))
                .open();
    }

    private void askForLimits() {
        selection.torrents().stream()
                .findFirst()
                .map(torrent -> torrent.status().settings())
                .ifPresent(now -> new LimitsDialog(
                                stage,
                                theming,
                                text,
                                now.maxDownloadRate(),
                                now.maxUploadRate(),
                                (down, up) -> workspace.actions().setRateLimits(chosen(), down, up))
                        .open());
    }

    private void rename() {
        selection
                .one()
                .ifPresent(torrent -> torrent.status()
                        .info()
                        .ifPresent(info -> new RenameDialog(
                                        stage,
                                        theming,
                                        text,
                                        info.name(),
                                        name -> workspace
                                                .actions()
                                                .rename(torrent.infoHash(), List.of(info.name()), name))
                                .open()));
    }

    private void openContent() {
        selection.one().ifPresent(torrent -> {
            Path content = TorrentActions.content(torrent.status());
            desktop.open(content.toFile().exists() ? content : torrent.status().directory());
        });
    }

    private void move() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(text.get("command.move").replace("_", ""));
        File folder = chooser.showDialog(stage);
        if (folder != null) {
            workspace.actions().move(chosen(), folder.toPath());
        }
    }

    private void copyMagnet() {
        copy(chosen().stream()
                .map(workspace.actions()::magnet)
                .flatMap(Optional::stream)
                .map(MagnetLink::toUri)
                .toList());
    }

    private void copyNames() {
        copy(selection.torrents().stream().map(TorrentSnapshot::name).toList());
    }

    private void copyHashes() {
        copy(chosen().stream().map(InfoHash::hex).toList());
    }

    private void copy(List<String> lines) {
        ClipboardContent clip = new ClipboardContent();
        clip.putString(String.join("\n", lines));
        Clipboard.getSystemClipboard().setContent(clip);
        workspace.main().tell(new Notice(Notice.Kind.INFO, text.get("notice.copied"), ""));
    }

    private void export() {
        selection.one().ifPresent(torrent -> {
            FileChooser chooser = new FileChooser();
            chooser.setInitialFileName(torrent.status().name() + ".torrent");
            File target = chooser.showSaveDialog(stage);
            if (target != null) {
                workspace.actions().export(torrent.infoHash(), target.toPath());
            }
        });
    }

    private void moveInQueue(int places) {
        workspace.actions().moveInQueue(chosen(), places);
    }
}
