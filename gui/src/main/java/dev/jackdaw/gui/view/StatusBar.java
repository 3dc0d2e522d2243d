package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionStatus;
import java.util.Locale;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/// The line at the bottom: the network's state at the left, the alternative-speed switch and the totals at the
/// right.
final class StatusBar {
    private final Text text;
    private final Formats formats;
    private final Workspace workspace;
    private final HBox node = new HBox();
    private final Label torrents = new Label();
    private final Label dht = new Label();
    private final Label connections = new Label();
    private final Label port = new Label();
    private final ToggleButton alternative = new ToggleButton();
    private final Label download = new Label();
    private final Label upload = new Label();

    StatusBar(Workspace workspace, Formats formats) {
        this.text = workspace.text();
        this.formats = formats;
        this.workspace = workspace;
        node.getStyleClass().add("status-bar");
        node.setAlignment(Pos.CENTER_LEFT);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        download.setGraphic(Glyph.DOWN.node());
        download.getStyleClass().add("status-download");
        download.setTooltip(new Tooltip(text.get("status.download.tip")));
        upload.setGraphic(Glyph.UP.node());
        upload.getStyleClass().add("status-upload");
        upload.setTooltip(new Tooltip(text.get("status.upload.tip")));
        alternative.setId("alternative-speed");
        alternative.setGraphic(Glyph.TURTLE.node());
        alternative.getStyleClass().addAll("flat", "tool-button");
        alternative.setAccessibleText(text.get("status.alternative"));
        alternative.setOnAction(event -> workspace.setAlternativeLimits(alternative.isSelected()));
        for (Label label : new Label[] {torrents, dht, connections, port, download, upload}) {
            label.setMinWidth(Region.USE_PREF_SIZE);
        }
        node.getChildren().addAll(torrents, dht, connections, port, gap, alternative, download, upload);
        port.setId("status-port");
        workspace.shownSettings().addListener((property, before, now) -> settingsChanged());
        workspace.main().session().addListener((property, before, now) -> show(now));
        workspace.main().rows().addListener((ListChangeListener<Object>) change -> showCount());
        settingsChanged();
        show(workspace.main().session().get());
        showCount();
    }

    Region node() {
        return node;
    }

    /// Shows the limits that are in force.
    private void settingsChanged() {
        Settings.Speed speed = workspace.settings().speed();
        alternative.setSelected(speed.alternative());
        alternative.setTooltip(new Tooltip(text.get(
                speed.alternative() ? "status.alternative.on" : "status.alternative.off",
                formats.limit(speed.alternativeDownload()),
                formats.limit(speed.alternativeUpload()))));
        show(workspace.main().session().get());
    }

    private void showCount() {
        int shown = workspace.main().rows().size();
        int all = workspace.main().all().size();
        torrents.setText(
                shown == all ? text.get("status.torrents", all) : text.get("status.torrents.some", shown, all));
    }

    private void show(SessionStatus session) {
        showCount();
        boolean dhtOn = workspace.atStart().privacy().dht();
        dht.setText(dhtOn ? text.get("status.dht", session.dhtNodes()) : text.get("status.dht.off"));
        connections.setText(text.get("status.connections", session.connections()));
        showPort(session);
        Settings.Speed speed = workspace.settings().speed();
        download.setText(rate(session.downloadRate(), speed.download()));
        upload.setText(rate(session.uploadRate(), speed.upload()));
    }

    private void showPort(SessionStatus session) {
        Reachability reachability = session.reachability();
        String words = session.port() == 0
                ? ""
                : text.get("status.port", String.valueOf(session.port()), text.of("reachability", reachability));
        if (!words.equals(port.getText())) {
            port.setText(words);
            port.setTooltip(
                    new Tooltip(text.get("reachability." + reachability.name().toLowerCase(Locale.ROOT) + ".tip")));
        }
    }

    private String rate(long now, long limit) {
        return limit == 0 ? formats.rate(now) : text.get("status.limited", formats.rate(now), formats.rate(limit));
    }
}
