package dev.jackdaw.peer.discovery;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;

class LocalAnnouncementFuzzTest {
    @FuzzTest
    void datagram(byte[] input) {
        Bounds.hold(() -> LocalAnnouncement.parse(input, input.length));
    }
}
