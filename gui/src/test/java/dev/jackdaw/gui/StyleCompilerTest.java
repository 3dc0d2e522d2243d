package dev.jackdaw.gui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.view.Theming;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javafx.css.Stylesheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StyleCompilerTest {
    @TempDir
    Path root;

    @Test
    void writesWhatThemingLooksForAndOnlyThat() throws Exception {
        StyleCompiler.main(new String[] {root.toString()});

        Path there = root.resolve(Theming.class.getPackageName().replace('.', '/'));
        try (Stream<Path> written = Files.list(there)) {
            assertEquals(
                    List.of("jackdaw.bss", "primer-dark.bss", "primer-light.bss"),
                    written.map(file -> file.getFileName().toString()).sorted().toList());
        }
        for (String name : List.of("jackdaw.bss", "primer-dark.bss", "primer-light.bss")) {
            Stylesheet sheet = Stylesheet.loadBinary(there.resolve(name).toUri().toURL());
            assertTrue(sheet.getRules().size() > 20, name);
        }
    }
}
