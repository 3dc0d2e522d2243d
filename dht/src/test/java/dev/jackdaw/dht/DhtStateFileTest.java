package dev.jackdaw.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhtStateFileTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final DhtStateFile.State state = new DhtStateFile.State(
            Optional.of(NodeId.random(random)),
            Optional.empty(),
            List.of(
                    new NodeContact(NodeId.random(random), new PeerAddress(0, 0x01020304L, false, 6881)),
                    new NodeContact(NodeId.random(random), new PeerAddress(0x2001000000000000L, 1, true, 6882))));
    private Path path = Path.of("");
    private DhtStateFile file = new DhtStateFile(path);

    @BeforeEach
    void inADirectory(@TempDir Path directory) {
        path = directory.resolve("dht.state");
        file = new DhtStateFile(path);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        assertEquals(DhtStateFile.State.NONE, file.read());

        file.write(state);

        assertEquals(state, file.read());
    }

    @Test
    void noDamagedByteGoesUnnoticed() throws IOException {
        file.write(state);
        byte[] whole = Files.readAllBytes(path);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, damaged);

            IOException refusal = assertThrows(IOException.class, file::read, "byte " + i);

            assertTrue(refusal.getMessage().contains("set aside as dht.state.damaged"), refusal.getMessage());
            assertTrue(Files.notExists(path));
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, java.util.Arrays.copyOf(whole, length));
            assertThrows(IOException.class, file::read, length + " bytes");
        }
    }
}
