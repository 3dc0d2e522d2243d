package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.simulation.Seed;
import org.junit.jupiter.api.Test;

/// Some nodes of a small Internet, before any has started, window by window.
class ShardTest {
    private final Shard[] shards = new Shard[VirtualInternet.SHARDS];
    private VirtualInternet internet;
    private long window;

    private void build(Scenario scenario) {
        internet = new VirtualInternet(scenario);
        for (int i = 0; i < shards.length; i++) {
            shards[i] = internet.shardOf(i);
        }
        window = internet.now() / ((long) Shard.WINDOW_TICKS << TimingWheel.TICK_BITS);
    }

    private static Scenario scenario(double nat, double loss) {
        return new Scenario(16, 3, 0, nat, 0, loss, 0, 1, 0, new Seed(1));
    }

    private void runWindows(int count) {
        for (int i = 0; i < count; i++, window++) {
            for (Shard shard : shards) {
                shard.run(window, shards);
            }
        }
    }

    private void send(int from, int to) {
        Place sender = internet.place(from);
        Query query = new Query(new byte[] {1}, sender.contact.id(), true, new Ping());
        sender.send(query, Addresses.of(to));
    }

    @Test
    void aMessageToAnotherShardIsDeliveredAndAnsweredAfterItsWay() {
        build(scenario(0, 0));
        send(0, 1);

        runWindows(1);
        assertEquals(0, internet.events());
        runWindows(2 * 13); // 200 ms there and 200 ms back

        assertEquals(2, internet.events());
        assertEquals(2, internet.messages());
    }

    @Test
    void aNatLetsInTheAnswerOfWhomItsNodeAskedAndNoStranger() {
        build(scenario(0.999, 0));
        send(0, 1);

        runWindows(2 * 13);

        assertEquals(1, internet.messages(), "the NAT of the node that was asked has let the query in");
    }

    @Test
    void aMessageToAnAddressThatNobodyHasIsGone() {
        build(scenario(0, 0));
        send(0, 16 + 1); // the second node of place 1, which has not come yet

        runWindows(2 * 13);

        assertEquals(0, internet.events());
    }

    @Test
    void losesItsShareOfTheMessages() {
        build(scenario(0, 0.25));
        for (int i = 0; i < 1_000; i++) {
            send(0, 1);
        }

        assertTrue(internet.lost() > 200 && internet.lost() < 300, () -> internet.lost() + " lost");
    }
}
