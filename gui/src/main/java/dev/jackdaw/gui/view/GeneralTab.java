package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DetailsViewModel;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The first tab: which pieces are there, how the transfer goes, and what the torrent is.
final class GeneralTab {
    private final Text text;
    private final Formats formats;
    private final DetailsViewModel model;
    private final PieceMap pieces;
    private final Label progress = new Label();
    private final Label failure = new Label();
    private final Map<String, Label> values = new LinkedHashMap<>();
    private final VBox content = new VBox();
    private final ScrollPane node = new ScrollPane(content);

    GeneralTab(DetailsViewModel model, Formats formats, ObservableValue<Palette> palette) {
        this.text = model.text();
        this.formats = formats;
        this.model = model;
        this.pieces = new PieceMap(palette);
        node.setFitToWidth(true);
        node.getStyleClass().addAll("edge-to-edge", "general");
        content.getStyleClass().add("general-content");
        failure.getStyleClass().add("failure-banner");
        failure.setWrapText(true);
        failure.setMaxWidth(Double.MAX_VALUE);
        HBox strip = new HBox(new Label(text.get("general.pieces")), pieces, progress);
        strip.getStyleClass().add("piece-strip");
        HBox.setHgrow(pieces, Priority.ALWAYS);
        progress.setMinWidth(Region.USE_PREF_SIZE);
        content.getChildren().addAll(failure, strip, transfer(), torrent());
        model.torrent().addListener((property, before, now) -> now.ifPresent(this::show));
        model.metainfo().addListener((property, before, now) -> describe(now));
        model.torrent().get().ifPresent(this::show);
        describe(model.metainfo().get());
    }

    Node node() {
        return node;
    }

    private Node transfer() {
        GridPane grid = grid(3);
        int at = 0;
        for (String key : new String[] {
            "downloaded",
            "uploaded",
            "ratio",
            "down",
            "up",
            "eta",
            "seeds",
            "peers",
            "availability",
            "downlimit",
            "uplimit",
            "wasted"
        }) {
            field(grid, key, at % 3, at / 3, false);
            at++;
        }
        return section("general.transfer", grid);
    }

    private Node torrent() {
        GridPane grid = grid(2);
        field(grid, "size", 0, 0, false);
        field(grid, "piecesize", 1, 0, false);
        field(grid, "added", 0, 1, false);
        field(grid, "completed", 1, 1, false);
        field(grid, "created", 0, 2, false);
        field(grid, "creator", 1, 2, false);
        field(grid, "private", 0, 3, false);
        field(grid, "folder", 1, 3, true);
        field(grid, "hash", 0, 4, true);
        field(grid, "comment", 1, 4, false);
        return section("general.torrent", grid);
    }

    private Node section(String key, GridPane grid) {
        Label heading = new Label(text.get(key));
        heading.getStyleClass().add("section-heading");
        return new VBox(heading, grid);
    }

    private static GridPane grid(int columns) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("facts");
        for (int i = 0; i < columns; i++) {
            ColumnConstraints name = new ColumnConstraints();
            name.setMinWidth(Region.USE_PREF_SIZE);
            ColumnConstraints value = new ColumnConstraints();
            value.setHgrow(Priority.ALWAYS);
            value.setPercentWidth(100.0 / columns - 14);
            grid.getColumnConstraints().addAll(name, value);
        }
        return grid;
    }

    private void field(GridPane grid, String key, int column, int row, boolean copied) {
        Label name = new Label(text.get("general." + key));
        name.getStyleClass().add("fact-name");
        Label value = new Label();
        value.setId("general-" + key);
        value.setMinWidth(0);
        values.put(key, value);
        grid.add(name, column * 2, row);
        if (copied) {
            Button copy = new Button("", Glyph.COPY.node());
            copy.getStyleClass().addAll("flat", "copy-button");
            copy.setAccessibleText(text.get("general.copy", text.get("general." + key)));
            copy.setTooltip(new Tooltip(text.get("general.copy", text.get("general." + key))));
            copy.setOnAction(event -> {
                ClipboardContent clip = new ClipboardContent();
                clip.putString(value.getText());
                Clipboard.getSystemClipboard().setContent(clip);
            });
            HBox box = new HBox(value, copy);
            box.getStyleClass().add("fact-copied");
            grid.add(box, column * 2 + 1, row);
        } else {
            grid.add(value, column * 2 + 1, row);
        }
    }

    private void set(String key, String words) {
        Label label = Objects.requireNonNull(values.get(key));
        if (!words.equals(label.getText())) {
            label.setText(words);
        }
    }

    private void show(TorrentSnapshot torrent) {
        TorrentStatus status = torrent.status();
        pieces.show(status.have());
        pieces.setAccessibleText(text.get(
                "general.pieces.accessible",
                status.have().cardinality(),
                status.have().size()));
        progress.setText(formats.percent(torrent.progress()));
        failure.setVisible(!torrent.failure().isEmpty());
        failure.setManaged(failure.isVisible());
        failure.setText(torrent.advice(text));
        set("downloaded", formats.bytes(status.downloadedBytes()));
        set("uploaded", formats.bytes(status.uploadedBytes()));
        set("ratio", formats.ratio(status.ratio()));
        set("down", formats.rate(status.downloadRate()));
        set("up", formats.rate(status.uploadRate()));
        set("eta", status.eta().map(formats::duration).orElse("–"));
        set("seeds", formats.count(status.connectedSeeds()));
        set("peers", text.get("general.peers.value", status.connectedPeers(), status.knownPeers()));
        set("availability", formats.ratio(status.availability()));
        set("downlimit", formats.limit(status.settings().maxDownloadRate()));
        set("uplimit", formats.limit(status.settings().maxUploadRate()));
        set(
                "wasted",
                text.get(
                        "general.wasted.value",
                        formats.bytes(status.wastedBytes()),
                        formats.bytes(status.corruptBytes())));
        set("size", status.info().map(info -> size(status, info)).orElse("–"));
        set("piecesize", status.info().map(this::pieceSize).orElse("–"));
        set("added", formats.date(status.added()));
        set("completed", status.completed().map(formats::date).orElse("–"));
        set("folder", DisplayText.of(status.directory().toString()));
        set("hash", status.infoHash().hex());
        set(
                "private",
                status.info()
                        .map(info -> text.get(info.isPrivate() ? "general.private.yes" : "general.private.no"))
                        .orElse("–"));
    }

    private String size(TorrentStatus status, Info info) {
        long total = info.layout().totalLength();
        return status.wantedBytes() == total
                ? formats.bytes(total)
                : text.get("general.size.some", formats.bytes(status.wantedBytes()), formats.bytes(total));
    }

    private String pieceSize(Info info) {
        PieceLayout layout = info.layout();
        return text.get("general.piecesize.value", layout.pieceCount(), formats.bytes(layout.pieceLength()));
    }

    private void describe(Optional<Metainfo> metainfo) {
        set(
                "created",
                metainfo.flatMap(Metainfo::creationDate).map(formats::date).orElse("–"));
        set(
                "creator",
                metainfo.flatMap(Metainfo::createdBy).map(DisplayText::of).orElse("–"));
        set("comment", metainfo.flatMap(Metainfo::comment).map(DisplayText::of).orElse("–"));
    }
}
