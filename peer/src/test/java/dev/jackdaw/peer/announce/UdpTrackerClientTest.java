package dev.jackdaw.peer.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class UdpTrackerClientTest {
    /// Cannot be sent to from an IPv4 address.
    private static final List<InetSocketAddress> OTHER_FAMILY =
            List.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 6969));

    private static UdpTransactions.Asker asker(Consumer<String> failed) {
        return new UdpTransactions.Asker() {
            @Override
            public void answered(UdpTrackerPacket.Reply packet, InetSocketAddress tracker) {
                throw new AssertionError("answered by " + tracker);
            }

            @Override
            public void failed(String reason) {
                failed.accept(reason);
            }
        };
    }

    private static UdpTrackerPacket.Request connect(int transactionId, long connectionId) {
        return new UdpTrackerPacket.Connect(transactionId);
    }

    @Test
    void whoAsksAfterTheClientHasBrokenIsRefusedAndNotKeptWaiting() throws Exception {
        Optional<InetAddress> local = Optional.of(InetAddress.ofLiteral("127.0.0.1"));
        try (UdpTrackerClient client = new UdpTrackerClient(local, new SplittableRandom(1))) {
            CompletableFuture<String> broken = new CompletableFuture<>();
            client.ask(OTHER_FAMILY, UdpTrackerClientTest::connect, asker(reason -> {
                broken.complete(reason);
                throw new IllegalStateException("a bug");
            }));
            broken.join();

            for (int i = 0; i < 100; i++) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                client.ask(OTHER_FAMILY, UdpTrackerClientTest::connect, asker(answer::complete));
                answer.join();
            }
            client.close();

            CompletableFuture<String> afterwards = new CompletableFuture<>();
            client.ask(OTHER_FAMILY, UdpTrackerClientTest::connect, asker(afterwards::complete));
            assertEquals("the UDP tracker client is closed", afterwards.join());
        }
    }
}
