package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Activity;
import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.protocol.InfoHash;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.collections.ListChangeListener;

/// The torrents that are selected in the table, and what can be done with them.
final class Selection {
    private final TorrentTable table;
    private final MainViewModel model;
    private final BooleanProperty empty = new SimpleBooleanProperty(true);
    private final BooleanProperty notOne = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingToPause = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingToResume = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingMoves = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingChecked = new SimpleBooleanProperty(true);
    private final BooleanProperty notNameable = new SimpleBooleanProperty(true);
    private final BooleanProperty sequential = new SimpleBooleanProperty(false);

    /// @param changed called when others are selected
    Selection(TorrentTable table, MainViewModel model, Runnable changed) {
        this.table = table;
        this.model = model;
        table.node().getSelectionModel().getSelectedItems().addListener((ListChangeListener<Object>) change -> {
            judge();
            changed.run();
        });
        model.frames().addListener((property, before, now) -> judge());
    }

    List<InfoHash> hashes() {
        return table.selection();
    }

    List<TorrentSnapshot> torrents() {
        return hashes().stream().map(model::find).flatMap(Optional::stream).toList();
    }

    /// The torrent that alone is selected.
    Optional<TorrentSnapshot> one() {
        List<TorrentSnapshot> chosen = torrents();
        return chosen.size() == 1 ? Optional.of(chosen.getFirst()) : Optional.empty();
    }

    ObservableBooleanValue isEmpty() {
        return empty;
    }

    ObservableBooleanValue isNotOne() {
        return notOne;
    }

    ObservableBooleanValue hasNothingToPause() {
        return nothingToPause;
    }

    ObservableBooleanValue hasNothingToResume() {
        return nothingToResume;
    }

    /// Whether none is on its way to another folder.
    ObservableBooleanValue hasNothingMoving() {
        return nothingMoves;
    }

    /// Whether the content of none is being checked.
    ObservableBooleanValue hasNothingChecked() {
        return nothingChecked;
    }

    /// Those whose content is being checked.
    List<InfoHash> checked() {
        return torrents().stream()
                .filter(torrent -> torrent.activity() == Activity.CHECKING)
                .map(TorrentSnapshot::infoHash)
                .toList();
    }

    /// Whether it is not one torrent whose files are known.
    ObservableBooleanValue isNotNameable() {
        return notNameable;
    }

    /// Whether one of them is downloaded in order.
    boolean isSequential() {
        return sequential.get();
    }

    private void judge() {
        List<TorrentSnapshot> chosen = torrents();
        empty.set(chosen.isEmpty());
        notOne.set(chosen.size() != 1);
        nothingToPause.set(
                chosen.stream().noneMatch(torrent -> torrent.activity().isRunning()));
        nothingToResume.set(
                chosen.stream().allMatch(torrent -> torrent.activity().isRunning()));
        nothingMoves.set(chosen.stream().noneMatch(torrent -> torrent.activity() == Activity.MOVING));
        nothingChecked.set(checked().isEmpty());
        notNameable.set(chosen.size() != 1 || chosen.getFirst().status().info().isEmpty());
        sequential.set(
                chosen.stream().anyMatch(torrent -> torrent.status().settings().sequential()));
    }
}
