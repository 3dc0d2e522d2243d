package dev.jackdaw.gui.view;

import javafx.geometry.HPos;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/// A bar that is filled to a share, with a figure on it.
final class ShareBar extends Region {
    private static final double HEIGHT_EM = 1.25;

    private final Region fill = new Region();
    private final Label label = new Label();
    private double share;
    private String tone = "";

    ShareBar() {
        getStyleClass().add("share-bar");
        fill.getStyleClass().add("share-fill");
        label.getStyleClass().add("share-label");
        getChildren().addAll(fill, label);
        setAccessibleRole(AccessibleRole.PROGRESS_INDICATOR);
        setMinWidth(0);
    }

    /// @param newShare 0 … 1
    /// @param newTone  the style class that colours it
    void show(double newShare, String words, String newTone) {
        if (!words.equals(label.getText())) {
            label.setText(words);
            setAccessibleText(words);
        }
        if (!newTone.equals(tone)) {
            fill.getStyleClass().remove(tone);
            fill.getStyleClass().add(newTone);
            tone = newTone;
        }
        if (newShare != share) {
            share = newShare;
            requestLayout();
        }
    }

    @Override
    protected double computePrefHeight(double width) {
        return Math.ceil(label.getFont().getSize() * HEIGHT_EM) + 2;
    }

    /// No higher than that, so that the bars of two rows do not touch.
    @Override
    protected double computeMaxHeight(double width) {
        return computePrefHeight(width);
    }

    @Override
    protected void layoutChildren() {
        double width = getWidth();
        double height = getHeight();
        fill.resizeRelocate(0, 0, Math.round(width * Math.clamp(share, 0, 1)), height);
        layoutInArea(label, 0, 0, width, height, 0, HPos.CENTER, VPos.CENTER);
    }
}
