package dev.jackdaw.gui.view;

import javafx.scene.paint.Color;

/// Colours of what is painted rather than styled: piece map and speed graph.
record Palette(Color have, Color missing, Color frame, Color download, Color upload, Color text) {
    static final Palette LIGHT = new Palette(
            Color.web("#0969da"),
            Color.web("#d8dee4"),
            Color.web("#d0d7de"),
            Color.web("#0969da"),
            Color.web("#bc4c00"),
            Color.web("#57606a"));
    static final Palette DARK = new Palette(
            Color.web("#539bf5"),
            Color.web("#373e47"),
            Color.web("#444c56"),
            Color.web("#539bf5"),
            Color.web("#e0823d"),
            Color.web("#909dab"));
}
