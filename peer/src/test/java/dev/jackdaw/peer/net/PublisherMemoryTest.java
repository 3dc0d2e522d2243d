package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherMemoryTest {
    private static final PublisherLink LINK = PublisherLink.of(new byte[32], new byte[] {'d'});

    @TempDir
    Path state;

    private final List<String> warnings = new ArrayList<>();
    private final PublisherMemory.Newest newest =
            new PublisherMemory.Newest(1_700_000_000L, InfoHash.ofHex("ab".repeat(20)), true);

    private PublisherMemory memory(PublisherLink link) {
        return new PublisherMemory(Optional.of(state), link, warnings::add);
    }

    @Test
    void remembersTheNewestOfEachPublisher() {
        assertTrue(memory(LINK).newest().isEmpty());

        memory(LINK).write(newest);

        assertEquals(Optional.of(newest), memory(LINK).newest());
        assertTrue(memory(PublisherLink.of(new byte[32], new byte[0])).newest().isEmpty(), "another salt");
        assertEquals(List.of(), warnings);
    }

    @Test
    void whatIsDamagedIsToldAndForgotten() throws Exception {
        memory(LINK).write(newest);
        Path file = state.resolve("publishers").resolve(LINK.key() + "-" + LINK.salt());
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);

        assertTrue(memory(LINK).newest().isEmpty());
        assertEquals(1, warnings.size());
    }

    @Test
    void aSessionThatForgetsRemembersNothing() {
        PublisherMemory none = new PublisherMemory(Optional.empty(), LINK, warnings::add);

        none.write(newest);

        assertTrue(none.newest().isEmpty());
    }
}
