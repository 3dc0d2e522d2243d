package dev.jackdaw.gui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.view.MainWindow;
import dev.jackdaw.peer.Session;
import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// Who may know whom, read from the class files.
class LayersTest {
    @Test
    void noJavaFxBelowTheApp() throws Exception {
        for (Class<?> below : new Class<?>[] {Session.class, InfoHash.class}) {
            Set<String> known = mentioned(below, "");
            assertTrue(known.contains("java/lang/Object"), "classes were read");
            assertEquals(Set.of(), starting(known, "javafx/"), below::getName);
        }
    }

    @Test
    void viewModelsKnowNoControls() throws Exception {
        Set<String> known = mentioned(MainViewModel.class, "dev/jackdaw/gui/model");

        assertTrue(known.contains("javafx/collections/ObservableList"), "classes were read");
        assertEquals(Set.of(), starting(known, "javafx/scene/"));
        assertEquals(Set.of(), starting(known, "javafx/stage/"));
        assertEquals(Set.of(), starting(known, "javafx/application/"));
        assertEquals(Set.of(), starting(known, "dev/jackdaw/gui/view/"));
    }

    @Test
    void viewsCallNoSession() throws Exception {
        Set<String> known = mentioned(MainWindow.class, "dev/jackdaw/gui/view");

        assertTrue(known.contains("javafx/scene/Scene"), "classes were read");
        assertFalse(known.contains("dev/jackdaw/peer/Session"));
        assertFalse(known.contains("dev/jackdaw/peer/Torrent"));
    }

    private static Set<String> starting(Set<String> known, String prefix) {
        Set<String> found = new TreeSet<>(known);
        found.removeIf(name -> !name.startsWith(prefix));
        return found;
    }

    /// Names of all classes that the class files of that place mention, in members' descriptors too.
    private static Set<String> mentioned(Class<?> there, String folder) throws Exception {
        URI location = there.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path path = Path.of(location);
        if (Files.isDirectory(path)) {
            return mentioned(path.resolve(folder));
        }
        try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
            return mentioned(jar.getPath("/" + folder));
        }
    }

    private static Set<String> mentioned(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".class")).toList()) {
                StreamSupport.stream(
                                ClassFile.of()
                                        .parse(Files.readAllBytes(file))
                                        .constantPool()
                                        .spliterator(),
                                false)
                        .forEach(entry -> {
                            if (entry instanceof ClassEntry type) {
                                names.add(type.asInternalName());
                            } else if (entry instanceof Utf8Entry text
                                    && text.stringValue().contains("Ljavafx/")) {
                                names.add(text.stringValue()
                                        .substring(text.stringValue().indexOf("Ljavafx/") + 1));
                            }
                        });
            }
        }
        return names;
    }
}
