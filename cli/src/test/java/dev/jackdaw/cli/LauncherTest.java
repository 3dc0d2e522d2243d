package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The launcher script, with Javas that only print how they were called.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    Path directory;

    private Path launcher;

    @BeforeEach
    void installIntoADirectoryWithASpace() throws IOException {
        Path home = directory.resolve("my programs/jackdaw");
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/b.jar"));
        Files.createFile(home.resolve("lib/a.jar"));
        launcher = executable(home.resolve("bin/jackdaw"), Files.readString(Path.of("src/main/launcher/jackdaw")));
    }

    @Test
    void startsMainWithTheJarsAndTheArguments() throws Exception {
        String called = run(launcher, Map.of("JAVA_HOME", java("good", "25.0.3")));

        String lib = launcher.resolveSibling("../lib").toRealPath().toString();
        assertTrue(called.startsWith("good\n"), called);
        assertTrue(
                called.contains("\n" + lib + "/a.jar:" + lib + "/b.jar\ndev.jackdaw.cli.Main\ndownload\na b\n"),
                called);
        assertTrue(called.contains("\n-Djackdaw.tty=false\n"), called);
    }

    @Test
    void worksThroughSymbolicLinks() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("my programs/jackdaw/bin/jackdaw"));
        Path farther = Files.createSymbolicLink(
                Files.createDirectory(directory.resolve("bin")).resolve("jackdaw"), link);

        assertTrue(run(farther, Map.of("JAVA_HOME", java("good", "25"))).startsWith("good\n"));
    }

    @Test
    void passesOverAJavaThatIsTooOld() throws Exception {
        String called = run(launcher, Map.of("JAVA_HOME", java("old", "17.0.1"), "JACKDAW_JAVA", java("new", "26-ea")));

        assertTrue(called.startsWith("new\n"), called);
    }

    @Test
    void findsTheJavaOnThePath() throws Exception {
        String home = java("on the path", "25.0.1");

        String called = run(
                launcher,
                Map.of("JAVA_HOME", java("old", "1.8.0_392"), "PATH", home + "/bin:" + System.getenv("PATH")));

        assertTrue(called.startsWith("on the path\n"), called);
    }

    @Test
    void passesMoreOptionsToTheJvm() throws Exception {
        String called = run(launcher, Map.of("JAVA_HOME", java("good", "25"), "JACKDAW_OPTS", "-Xmx1g -Dx=y"));

        assertTrue(called.contains("\n-Xmx1g\n-Dx=y\n-cp\n"), called);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simulate --leechers 2000", "dht simulate"})
    void aSimulationHasGigabytesAndADownloadHasNot(String simulation) throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", java("good", "25"));

        assertTrue(run(launcher, environment, simulation.split(" ")).contains("\n-Xmx4g\n"));
        assertTrue(run(launcher, environment).contains("\n-Xmx256m\n"));
    }

    @Test
    void anOptionThatALaterJavaMayNotKnowIsNotGivenToIt() throws Exception {
        String option = "\n--sun-misc-unsafe-memory-access=allow\n";

        assertTrue(run(launcher, Map.of("JAVA_HOME", java("good", "25.0.3"))).contains(option));
        assertFalse(run(launcher, Map.of("JAVA_HOME", java("later", "26"))).contains(option));
    }

    private String java(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        executable(home.resolve("bin/java"), "#!/bin/sh\necho '" + name + "'\nprintf '%s\\n' \"$@\"\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home.toString();
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(Path program, Map<String, String> environment) throws IOException, InterruptedException {
        return run(program, environment, "download", "a b");
    }

    private String run(Path program, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(directory, "log", "");
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(program.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().remove("JACKDAW_OPTS");
        builder.environment().putAll(environment);
        assertEquals(0, builder.start().waitFor());
        return Files.readString(log);
    }
}
