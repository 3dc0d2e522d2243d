package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {
    private final TestTerminal terminal = TestTerminal.in(Path.of("/nowhere"));

    @Test
    void everyCommandHasASentenceAndAnExample() {
        CommandLine root = commands().all();

        root.getSubcommands().forEach((name, command) -> {
            String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
            assertTrue(command.getHelp().description().contains("."), name);
            assertTrue(help.contains("Examples:\n  "), name);
            assertTrue(help.contains("  jackdaw " + name) || help.contains("(jackdaw " + name), name);
        });
    }

    private Commands commands() {
        return new Commands(terminal.terminal(), config -> {
            throw new AssertionError();
        });
    }

    @Test
    void eachCommandIsMadeByItself() {
        commands().all().getSubcommands().keySet().stream()
                .filter(name -> !name.equals("completion"))
                .forEach(name -> assertEquals(
                        Set.of(name),
                        commands()
                                .whatNeeds(new String[] {"--debug", name, "--help"})
                                .getSubcommands()
                                .keySet()));
    }

    @Test
    void helpBeforeACommandListsAllOfThem() {
        assertEquals(0, terminal.run("--help", "seed"));

        assertTrue(terminal.out().contains("\n  download "), terminal.out());
    }

    @Test
    void aWrongNameIsComparedWithAllCommands() {
        assertEquals(2, terminal.run("downlaod"));

        assertTrue(terminal.err().contains("download"), terminal.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"download", "seed", "create", "show", "verify"})
    void helpNamesTheExitStatuses(String command) {
        assertEquals(0, terminal.run(command, "--help"));

        assertTrue(terminal.out().contains("Exit status: 0 "), terminal.out());
        assertTrue(terminal.out().contains("jackdaw " + command), terminal.out());
        assertEquals("", terminal.err());
    }

    @Test
    void withoutACommandTheHelpGoesToStandardErrorAndExitsTwo() {
        assertEquals(2, terminal.run());

        assertTrue(terminal.err().startsWith("Usage: jackdaw "), terminal.err());
        assertEquals("", terminal.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "download --version", "dht ping -V", "tracker --version"})
    void versionIsPrinted(String commandLine) {
        assertEquals(0, terminal.run(commandLine.split(" ")));

        assertTrue(terminal.out().startsWith("jackdaw "), terminal.out());
    }

    @Test
    void completionKnowsTheCommandsAndOptions() {
        assertEquals(0, terminal.run("completion", "bash"));

        assertTrue(terminal.out().contains("--seed-ratio"), "options");
        assertTrue(terminal.out().contains("verify"), "commands");
    }

    @Test
    void debugShowsWhereAnErrorComesFrom() {
        terminal.run("--debug", "show", "nothing");

        assertTrue(terminal.err().contains("at dev.jackdaw.cli.ShowCommand.call"), terminal.err());
    }
}
