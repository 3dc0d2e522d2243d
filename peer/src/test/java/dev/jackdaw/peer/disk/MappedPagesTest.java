package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What the call does is shown by [FileMappingTest], where there is a file.
@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"})
class MappedPagesTest {
    @Test
    void canBeReleasedOnLinuxAlsoAfterTheCallWasMadeForNothing() {
        assertTrue(MappedPages.canBeReleased());
        MappedPages.prepare();
        MappedPages.prepare();
        assertTrue(MappedPages.canBeReleased());
    }
}
