package dev.jackdaw.gui.view;

import dev.jackdaw.protocol.Bitfield;
import javafx.beans.value.ObservableValue;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;

/// Which pieces of a torrent are there, as one strip: each column of pixels is as full as the pieces that it
/// stands for.
final class PieceMap extends Region {
    private final Canvas canvas = new Canvas();
    private final ObservableValue<Palette> palette;
    private Bitfield have = new Bitfield(0);

    PieceMap(ObservableValue<Palette> palette) {
        this.palette = palette;
        getChildren().add(canvas);
        getStyleClass().add("piece-map");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setMinHeight(Region.USE_PREF_SIZE);
        palette.addListener((property, before, now) -> draw());
    }

    void show(Bitfield now) {
        if (!now.equals(have)) {
            have = now;
            draw();
        }
    }

    @Override
    protected double computePrefHeight(double width) {
        return 18;
    }

    @Override
    protected double computePrefWidth(double height) {
        return 200;
    }

    @Override
    protected void layoutChildren() {
        if (canvas.getWidth() != getWidth() || canvas.getHeight() != getHeight()) {
            canvas.setWidth(getWidth());
            canvas.setHeight(getHeight());
            draw();
        }
    }

    private void draw() {
        GraphicsContext paint = canvas.getGraphicsContext2D();
        int width = (int) canvas.getWidth();
        double height = canvas.getHeight();
        Palette colours = palette.getValue();
        paint.setFill(colours.missing());
        paint.fillRect(0, 0, canvas.getWidth(), height);
        int pieces = have.size();
        if (pieces == 0) {
            return;
        }
        for (int x = 0; x < width; x++) {
            int from = (int) ((long) x * pieces / width);
            int to = Math.max(from + 1, (int) ((long) (x + 1) * pieces / width));
            int set = 0;
            for (int piece = have.nextSet(from); piece >= 0 && piece < to; piece = have.nextSet(piece + 1)) {
                set++;
            }
            if (set > 0) {
                double share = (double) set / (to - from);
                paint.setFill(mix(colours, share));
                paint.fillRect(x, 0, 1, height);
            }
        }
    }

    private static Color mix(Palette colours, double share) {
        return colours.missing().interpolate(colours.have(), 0.25 + 0.75 * share);
    }
}
