package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.TorrentState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path directory;

    private FakeSession session;

    @BeforeEach
    void writeContent() throws IOException {
        Files.writeString(directory.resolve("letter.txt"), "dear reader");
        session = new FakeSession(new TorrentState.Checking(0), new TorrentState.Seeding());
    }

    private void configure(String toml) throws IOException {
        Files.createDirectories(directory.resolve("config/jackdaw"));
        Files.writeString(directory.resolve("config/jackdaw/config.toml"), toml);
    }

    private TestTerminal seed(int expected, String... more) {
        TestTerminal terminal = TestTerminal.in(directory);
        session.afterScript(terminal.interruption()::request);
        String[] args = new String[2 + more.length];
        args[0] = "seed";
        args[1] = "letter.txt";
        System.arraycopy(more, 0, args, 2, more.length);
        assertEquals(expected, terminal.run(session.sessions(), args), terminal::err);
        return terminal;
    }

    @Test
    void addsOptionsThatTheCommandLineHasNot() throws IOException {
        configure("""
                port = 51413          # every command that has it
                no-lsd = true
                no-pex = false
                [seed]
                max-up = "2M"
                [download]
                max-up = "1"
                """);

        seed(130);

        assertEquals(51413, session.config().port());
        assertFalse(session.config().localDiscovery());
        assertTrue(session.config().peerExchange());
        assertEquals(2 << 20, session.config().maxUploadRate());
    }

    @Test
    void theCommandLineHasTheLastWord() throws IOException {
        configure("port = 51413\nmax-up = \"2M\"");

        seed(130, "--port", "7000", "--max-up=5K");

        assertEquals(7000, session.config().port());
        assertEquals(5 << 10, session.config().maxUploadRate());
    }

    @Test
    void isLeftOutOnRequest() throws IOException {
        configure("port = 51413");

        seed(130, "--no-config");

        assertEquals(6881, session.config().port());
    }

    @Test
    void aKeyThatIsNoOptionIsAnErrorThatNamesFileAndKey() throws IOException {
        configure("prot = 51413");
        assertTrue(
                seed(2).err()
                        .endsWith(
                                "config/jackdaw/config.toml: 'prot' is no option of any command; mend it, or leave it out with --no-config\n"));

        configure("[seed]\nselecct = 1");
        assertTrue(seed(2).err().contains("'selecct' is no option of 'jackdaw seed'"));

        configure("[sed]\nport = 1");
        assertTrue(seed(2).err().contains("[sed] is no command of jackdaw"));
    }

    @Test
    void whatIsNoTomlIsAnErrorWithItsLine() throws IOException {
        configure("port = 51413\nmax-up = = 2");

        assertTrue(seed(2).err().contains("config.toml: line 2: "));
    }

    @Test
    void aBadValueIsTracedToTheFile() throws IOException {
        configure("max-up = \"fast\"");

        String err = seed(2).err();

        assertTrue(err.contains("'fast'"), err);
        assertTrue(err.contains("config.toml added --max-up=fast"), err);
    }

    @Test
    void theDesktopAppsTableIsItsOwn() throws IOException {
        configure("[gui]\ntheme = \"dark\"");

        seed(130);
    }
}
