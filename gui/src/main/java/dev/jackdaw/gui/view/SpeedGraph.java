package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.RateHistory;
import dev.jackdaw.gui.model.Text;
import java.util.function.IntUnaryOperator;
import javafx.beans.value.ObservableValue;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/// Download and upload rates over the last minutes, the newest at the right.
final class SpeedGraph extends Region {
    private static final double LEFT = 78;
    private static final double RIGHT = 12;
    private static final double TOP = 26;
    private static final double BOTTOM = 22;
    private static final int LINES = 4;
    /// Five minutes of samples at two a second.
    private static final int SHOWN = 600;

    private final Canvas canvas = new Canvas();
    private final Text text;
    private final Formats formats;
    private final ObservableValue<Palette> palette;
    private RateHistory history = new RateHistory();

    SpeedGraph(Text text, Formats formats, ObservableValue<Palette> palette) {
        this.text = text;
        this.formats = formats;
        this.palette = palette;
        getChildren().add(canvas);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setMinSize(0, 0);
        palette.addListener((property, before, now) -> draw());
    }

    void show(RateHistory now) {
        history = now;
        draw();
        setAccessibleText(
                now.size() == 0
                        ? text.get("speed.accessible.none")
                        : text.get("speed.accessible", formats.rate(now.download(0)), formats.rate(now.upload(0))));
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
        double width = canvas.getWidth() - LEFT - RIGHT;
        double height = canvas.getHeight() - TOP - BOTTOM;
        GraphicsContext paint = canvas.getGraphicsContext2D();
        paint.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        if (width < 40 || height < 30) {
            return;
        }
        Palette colours = palette.getValue();
        paint.setFont(Font.font(11));
        long top = niceCeiling(history.peak(SHOWN));
        grid(paint, colours, width, height, top);
        plot(paint, history::download, colours.download(), width, height, top);
        plot(paint, history::upload, colours.upload(), width, height, top);
        legend(paint, colours);
    }

    private void grid(GraphicsContext paint, Palette colours, double width, double height, long top) {
        paint.setStroke(colours.frame());
        paint.setLineWidth(1);
        paint.setFill(colours.text());
        paint.setTextBaseline(VPos.CENTER);
        paint.setTextAlign(TextAlignment.RIGHT);
        for (int i = 0; i <= LINES; i++) {
            double y = Math.round(TOP + height * i / LINES) + 0.5;
            paint.strokeLine(LEFT, y, LEFT + width, y);
            paint.fillText(formats.rate(top * (LINES - i) / LINES), LEFT - 8, y);
        }
        paint.setTextBaseline(VPos.TOP);
        for (int minute = 0; minute <= 5; minute++) {
            double x = LEFT + width * (5 - minute) / 5;
            paint.setTextAlign(
                    minute == 0 ? TextAlignment.RIGHT : minute == 5 ? TextAlignment.LEFT : TextAlignment.CENTER);
            paint.fillText(
                    minute == 0 ? text.get("speed.now") : text.get("speed.minutes", minute), x, TOP + height + 6);
        }
    }

    private void plot(
            GraphicsContext paint, IntUnaryOperator rate, Color colour, double width, double height, long top) {
        int samples = Math.min(history.size(), SHOWN);
        if (samples < 2) {
            return;
        }
        double bottom = TOP + height;
        paint.beginPath();
        paint.moveTo(LEFT + width, bottom);
        for (int age = 0; age < samples; age++) {
            paint.lineTo(x(age, width), bottom - height * rate.applyAsInt(age) / top);
        }
        paint.lineTo(x(samples - 1, width), bottom);
        paint.closePath();
        paint.setFill(colour.deriveColor(0, 1, 1, 0.12));
        paint.fill();
        paint.beginPath();
        paint.moveTo(LEFT + width, bottom - height * rate.applyAsInt(0) / top);
        for (int age = 1; age < samples; age++) {
            paint.lineTo(x(age, width), bottom - height * rate.applyAsInt(age) / top);
        }
        paint.setStroke(colour);
        paint.setLineWidth(1.6);
        paint.stroke();
    }

    private static double x(int age, double width) {
        return LEFT + width - width * age / (SHOWN - 1);
    }

    private void legend(GraphicsContext paint, Palette colours) {
        paint.setTextAlign(TextAlignment.LEFT);
        paint.setTextBaseline(VPos.CENTER);
        String down =
                text.get("speed.download", history.size() == 0 ? formats.rate(0) : formats.rate(history.download(0)));
        String up = text.get("speed.upload", history.size() == 0 ? formats.rate(0) : formats.rate(history.upload(0)));
        double y = TOP / 2;
        paint.setFill(colours.download());
        paint.fillRoundRect(LEFT, y - 4, 14, 8, 3, 3);
        paint.setFill(colours.upload());
        paint.fillRoundRect(LEFT + 190, y - 4, 14, 8, 3, 3);
        paint.setFill(colours.text());
        paint.fillText(down, LEFT + 20, y);
        paint.fillText(up, LEFT + 210, y);
    }

    /// The next of 1, 2, 4 … with some air above, so that the scale does not jump with every sample.
    private static long niceCeiling(int peak) {
        long ceiling = 4096;
        while (ceiling < peak * 1.05) {
            ceiling *= 2;
        }
        return ceiling;
    }
}
