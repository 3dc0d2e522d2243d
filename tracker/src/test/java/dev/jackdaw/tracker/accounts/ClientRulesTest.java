package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientRulesTest {
    private static PeerId id(String prefix) {
        return PeerId.of((prefix + "xxxxxxxxxxxxxxxxxxxx").substring(0, 20).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void everyClientIsAllowedIfNothingIsSaid() {
        assertTrue(new ClientRules(List.of(), List.of()).allow(id("-XX0001-")));
    }

    @Test
    void anAllowListKeepsOthersOut() {
        var rules = new ClientRules(List.of("-TR4", "-LT20"), List.of());

        assertTrue(rules.allow(id("-TR4050-")));
        assertTrue(rules.allow(id("-LT20B0-")));
        assertFalse(rules.allow(id("-TR2940-")));
    }

    @Test
    void refusalGoesBeforePermission() {
        var rules = new ClientRules(List.of("-TR"), List.of("-TR3"));

        assertTrue(rules.allow(id("-TR4050-")));
        assertFalse(rules.allow(id("-TR3000-")));
    }
}
