package dev.jackdaw.gui.view;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import atlantafx.base.theme.Theme;
import dev.jackdaw.gui.model.Settings;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.Parent;
import javafx.scene.Scene;

/// Puts light or dark and the font size on every window, and follows the desktop if the settings say so.
public final class Theming {
    private static final double BASE_FONT_PIXELS = 13;
    private static final String STYLESHEET =
            Objects.requireNonNull(Theming.class.getResource("jackdaw.css")).toExternalForm();

    private final ReadOnlyObjectWrapper<Palette> palette = new ReadOnlyObjectWrapper<>(this, "palette", Palette.LIGHT);
    private final List<Scene> scenes = new ArrayList<>();
    private Settings.Appearance appearance;

    public Theming(Settings.Appearance first) {
        appearance = first;
        Platform.getPreferences().colorSchemeProperty().addListener((property, before, now) -> apply(appearance));
        apply(first);
    }

    /// Colours for what is painted.
    ReadOnlyObjectProperty<Palette> palette() {
        return palette.getReadOnlyProperty();
    }

    boolean isDark() {
        return switch (appearance.theme()) {
            case LIGHT -> false;
            case DARK -> true;
            case SYSTEM -> Platform.getPreferences().getColorScheme() == ColorScheme.DARK;
        };
    }

    /// Takes another look, at once and on all windows.
    public void apply(Settings.Appearance changed) {
        appearance = changed;
        Application.setUserAgentStylesheet(
                isDark() ? sheet("primer-dark", new PrimerDark()) : sheet("primer-light", new PrimerLight()));
        palette.set(isDark() ? Palette.DARK : Palette.LIGHT);
        scenes.forEach(this::style);
    }

    /// The theme in its binary form, which is read several times as fast, where the app was packaged with it.
    private static String sheet(String name, Theme theme) {
        URL binary = Theming.class.getResource(name + ".bss");
        return binary == null ? theme.getUserAgentStylesheet() : binary.toExternalForm();
    }

    /// Styles a window's scene for as long as it is shown.
    void add(Scene scene) {
        scene.getStylesheets().add(STYLESHEET);
        style(scene);
        scenes.add(scene);
    }

    void remove(Scene scene) {
        scenes.remove(scene);
    }

    private void style(Scene scene) {
        Parent root = scene.getRoot();
        root.setStyle("-fx-font-size: " + BASE_FONT_PIXELS * appearance.fontPercent() / 100 + "px;");
        root.getStyleClass().removeAll("theme-dark", "theme-light");
        root.getStyleClass().add(isDark() ? "theme-dark" : "theme-light");
    }
}
