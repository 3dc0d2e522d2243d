package dev.jackdaw.gui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleInstanceTest {
    @TempDir
    Path directory;

    private final LinkedBlockingQueue<List<String>> heard = new LinkedBlockingQueue<>();

    @Test
    void handsTheArgumentsOfASecondStartOver() throws Exception {
        try (SingleInstance first = SingleInstance.claim(directory, List.of()).orElseThrow()) {
            first.onArguments(heard::add);

            assertTrue(SingleInstance.claim(directory, List.of("/a/ö.torrent", "magnet:?xt=x"))
                    .isEmpty());
            assertEquals(List.of("/a/ö.torrent", "magnet:?xt=x"), heard.take());

            assertTrue(SingleInstance.claim(directory, List.of()).isEmpty());
            assertEquals(List.of(), heard.take());
        }
    }

    @Test
    void takesOverFromOneThatHasGone() throws Exception {
        SingleInstance.claim(directory, List.of()).orElseThrow().close();

        SingleInstance.claim(directory, List.of()).orElseThrow().close();
    }

    @Test
    void doesNotListenToWhoeverDoesNotKnowTheToken() throws Exception {
        try (SingleInstance first = SingleInstance.claim(directory, List.of()).orElseThrow()) {
            first.onArguments(heard::add);
            int port = Integer.parseInt(
                    Files.readAllLines(directory.resolve("instance")).getFirst());
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
                stranger.getOutputStream().write("guessed\nmagnet:?xt=x".getBytes(StandardCharsets.UTF_8));
                stranger.shutdownOutput();

                assertNull(answer(stranger));
            }
            assertTrue(heard.isEmpty());
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("instance"))));
        }
    }

    private static String answer(Socket stranger) {
        try {
            return new BufferedReader(new InputStreamReader(stranger.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        } catch (IOException e) {
            return null; // it was cut off
        }
    }

    @Test
    void argumentsMeanTheSameInAnotherDirectory() {
        assertEquals(
                List.of("/here/a.torrent", "/b.torrent", "magnet:?xt=x"),
                Launcher.absolute(List.of("a.torrent", "/b.torrent", "magnet:?xt=x"), Path.of("/here")));
    }
}
