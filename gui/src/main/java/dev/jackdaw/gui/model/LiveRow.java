package dev.jackdaw.gui.model;

import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// A row of a table: the same object for as long as the thing exists, with a value that changes under it.
public final class LiveRow<V> {
    private final ReadOnlyObjectWrapper<V> value;

    LiveRow(V first) {
        value = new ReadOnlyObjectWrapper<>(this, "value", first);
    }

    public V get() {
        return value.get();
    }

    public ReadOnlyObjectProperty<V> value() {
        return value.getReadOnlyProperty();
    }

    void set(V now) {
        value.set(now);
    }
}
