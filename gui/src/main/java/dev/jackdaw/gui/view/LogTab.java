package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DetailsViewModel;
import dev.jackdaw.gui.model.EventLog;
import dev.jackdaw.gui.model.Formats;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;

/// What happened to a torrent since the app was started, the newest last.
final class LogTab {
    private final ListView<EventLog.Entry> list;

    LogTab(DetailsViewModel model, Formats formats) {
        list = new ListView<>(model.events());
        list.setId("log");
        list.getStyleClass().addAll("dense", "edge-to-edge", "log");
        list.setAccessibleText(model.text().get("details.log"));
        Label empty = new Label(model.text().get("log.none"));
        empty.getStyleClass().add("empty-state");
        list.setPlaceholder(empty);
        list.setCellFactory(view -> new ListCell<>() {
            @Override
            protected void updateItem(EventLog.Entry entry, boolean blank) {
                super.updateItem(entry, blank);
                getStyleClass().removeAll("failed-text", "warning-text");
                if (blank || entry == null) {
                    setText(null);
                    return;
                }
                setText(formats.time(entry.at()) + "   " + entry.message());
                switch (entry.kind()) {
                    case ERROR -> getStyleClass().add("failed-text");
                    case WARNING -> getStyleClass().add("warning-text");
                    case INFO, SUCCESS -> {}
                }
            }
        });
    }

    Node node() {
        return list;
    }
}
