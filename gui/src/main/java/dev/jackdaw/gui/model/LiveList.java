package dev.jackdaw.gui.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Rows that follow snapshots: [#update] touches only rows whose value is another one, and the list only when
/// something came or went, so that a table redraws what changed and keeps its selection. For one thread.
///
/// @param <K> what makes a row the same row in the next snapshot
/// @param <V> an immutable value
public final class LiveList<K, V> {
    private final Function<V, K> key;
    private final ObservableList<LiveRow<V>> rows = FXCollections.observableArrayList();
    private final ObservableList<LiveRow<V>> readOnly = FXCollections.unmodifiableObservableList(rows);
    private final Map<K, LiveRow<V>> byKey = new HashMap<>();

    public LiveList(Function<V, K> key) {
        this.key = key;
    }

    /// In the order in which they came.
    public ObservableList<LiveRow<V>> rows() {
        return readOnly;
    }

    public Optional<LiveRow<V>> find(K wanted) {
        return Optional.ofNullable(byKey.get(wanted));
    }

    /// Takes the present values.
    ///
    /// @return how many rows came, went or changed
    public int update(List<V> values) {
        int touched = 0;
        Set<K> present = new HashSet<>(values.size() * 2);
        List<LiveRow<V>> fresh = new ArrayList<>();
        for (V value : values) {
            K id = key.apply(value);
            present.add(id);
            @Nullable LiveRow<V> row = byKey.get(id);
            if (row == null) {
                row = new LiveRow<>(value);
                byKey.put(id, row);
                fresh.add(row);
                touched++;
            } else if (!row.get().equals(value)) {
                row.set(value);
                touched++;
            }
        }
        if (byKey.size() > present.size()) {
            touched += byKey.size() - present.size();
            byKey.keySet().retainAll(present);
            rows.removeIf(row -> !present.contains(key.apply(row.get())));
        }
        if (!fresh.isEmpty()) {
            rows.addAll(fresh);
        }
        return touched;
    }

    public void clear() {
        byKey.clear();
        rows.clear();
    }
}
