package dev.jackdaw.gui;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import dev.jackdaw.gui.view.Theming;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import javafx.css.Stylesheet;

/// Turns style sheets into JavaFX's binary form at build time: reading a theme of 165 KB as text takes most of half
/// a second of a start. Run by `package.sh`; without the binary forms [Theming] takes the text.
public final class StyleCompiler {
    private StyleCompiler() {}

    /// @param arguments the directory that the binary forms are written below
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(
                Path.of(arguments[0]).resolve(Theming.class.getPackageName().replace('.', '/')));
        Map<String, String> sheets = Map.of(
                "primer-light", new PrimerLight().getUserAgentStylesheet(),
                "primer-dark", new PrimerDark().getUserAgentStylesheet(),
                "jackdaw", "/" + Theming.class.getPackageName().replace('.', '/') + "/jackdaw.css");
        for (Map.Entry<String, String> sheet : sheets.entrySet()) {
            Path text = directory.resolve(sheet.getKey() + ".css");
            try (InputStream in = open(sheet.getValue())) {
                Files.copy(in, text, StandardCopyOption.REPLACE_EXISTING);
            }
            Stylesheet.convertToBinary(
                    text.toFile(), directory.resolve(sheet.getKey() + ".bss").toFile());
            Files.delete(text);
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream found =
                name.contains(":") ? URI.create(name).toURL().openStream() : Theming.class.getResourceAsStream(name);
        if (found == null) {
            throw new IOException("there is no style sheet " + name);
        }
        return found;
    }
}
