package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the build does to the classes of the distribution.
class CacheableClassesTest {
    private static final Path PROGRAM = Path.of("src/main/launcher/CacheableClasses.java");
    private static final List<Class<?>> CLASSES = List.of(
            Samples.class,
            Samples.Everything.class,
            Samples.Empty.class,
            Samples.Generic.class,
            Samples.Color.class,
            Samples.Shape.class,
            Samples.Mixed.class);

    @TempDir
    Path directory;

    private Path jar;

    @BeforeEach
    void makeJarCacheable() throws IOException, InterruptedException {
        jar = directory.resolve("samples.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : CLASSES) {
                out.putNextEntry(new JarEntry(path(type)));
                try (InputStream bytes = type.getResourceAsStream("/" + path(type))) {
                    bytes.transferTo(out);
                }
            }
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        PROGRAM.toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertEquals(0, process.waitFor());
    }

    private static String path(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    @Test
    void theyDoWhatTheyDidBefore() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Class<?> settled = loader.loadClass(Samples.class.getName());
            assertNotSame(Samples.class, settled);
            assertEquals(Samples.answers(), settled.getMethod("answers").invoke(null));
        }
    }

    @Test
    void onlyTextsAndSwitchesOverMoreThanTypesAreStillMadeAtRunTime() throws IOException {
        Set<String> made = new TreeSet<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Class<?> type : CLASSES) {
                ClassModel model = ClassFile.of()
                        .parse(file.getInputStream(file.getEntry(path(type))).readAllBytes());
                model.methods().stream()
                        .flatMap(method -> method.code().stream())
                        .flatMap(code -> code.elementStream())
                        .forEach(element -> addMade(type, element, made));
            }
        }
        assertEquals(
                Set.of(
                        "Empty ObjectMethods toString",
                        "Everything ObjectMethods toString",
                        "Generic ObjectMethods toString",
                        "Mixed SwitchBootstraps enumSwitch",
                        "Mixed SwitchBootstraps typeSwitch",
                        "Samples StringConcatFactory makeConcatWithConstants",
                        "Shape StringConcatFactory makeConcatWithConstants"),
                made);
    }

    private static void addMade(Class<?> type, CodeElement element, Set<String> made) {
        if (element instanceof InvokeDynamicInstruction call) {
            made.add(type.getSimpleName() + " " + call.bootstrapMethod().owner().displayName() + " " + call.name());
        }
    }
}
