package dev.jackdaw.tracker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.jackdaw.protocol.tracker.UdpTrackerLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Announces that a tracker makes up and answers before it listens, of peers in a store that is then thrown away.
///
/// The first clients find compiled code: a tracker that comes back is asked by all of them at once. And the JIT
/// compiler takes the memory that it needs for the longest methods, some megabytes, at the start, so that what grows
/// later is peers.
final class WarmUp {
    /// Announces over each protocol: so many that everything on their way is compiled, for the last time, or waits
    /// for it.
    private static final int ANNOUNCES = 50_000;
    private static final int SWARMS = 1_000;
    private static final int ROOM = 64 * 1024;
    private static final long SOME_HOST = 0xC000_0200L;
    private static final short PORT = 6881;

    private static final byte[][] REQUESTS = {
        request(
                "port=6881&uploaded=0&downloaded=0&left=0&corrupt=0&key=12345678&numwant=50&compact=1&no_peer_id=1",
                "User-Agent: Client\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n"),
        request("port=6881&uploaded=17&downloaded=4711&left=1048576&event=started&compact=1", "Accept: */*\r\n")
    };
    /// Where the info-hash begins, with some digits of the swarm's number.
    private static final int SWARM_AT = "GET /announce?info_hash=".length();

    private static final int SWARM_DIGITS = 4;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ConnectionIds connectionIds = new ConnectionIds(1, 2);
    private final UdpFrontend udp;
    private final HttpFrontend http;
    // as the event loops have them
    private final ByteBuffer in = ByteBuffer.allocateDirect(ROOM);
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM);

    private WarmUp(TrackerConfig config, Counters counters) {
        MemorySwarmStore store =
                new MemorySwarmStore(Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofHours(1), random.nextLong());
        AnnounceService service = new AnnounceService(store, AnnouncePolicy.OPEN, config);
        udp = new UdpFrontend(service, connectionIds, counters);
        http = new HttpFrontend(service, List.of(), System::nanoTime, counters);
    }

    /// Announces as often as it takes, by the protocols that will be served; less than half a second for each.
    static void run(TrackerConfig config) {
        var _ = run(config, ANNOUNCES);
    }

    /// @return what was answered and refused
    static Counters run(TrackerConfig config, int announces) {
        Counters counters = new Counters();
        WarmUp warmUp = new WarmUp(config, counters);
        for (int i = 0; i < announces; i++) {
            if (!config.udp().isEmpty()) {
                warmUp.announceOverUdp();
            }
            if (!config.http().isEmpty()) {
                warmUp.announceOverHttp();
            }
        }
        return counters;
    }

    private void announceOverUdp() {
        long host = host();
        long now = System.nanoTime();
        udp.announcement.family = Family.V4;
        udp.announcement.high = 0;
        udp.announcement.low = host;
        in.clear();
        in.putLong(UdpTrackerLayout.CONNECTION_ID, connectionIds.issue(0, host, now))
                .putInt(UdpTrackerLayout.REQUEST_ACTION, UdpTrackerLayout.ANNOUNCE)
                .putLong(UdpTrackerLayout.INFO_HASH, swarm())
                .putLong(UdpTrackerLayout.LEFT, random.nextInt(4))
                .putInt(UdpTrackerLayout.EVENT, 0)
                .putInt(UdpTrackerLayout.NUM_WANT, -1)
                .putShort(UdpTrackerLayout.PORT, PORT);
        udp.answer(in, 0, UdpTrackerLayout.ANNOUNCE_LENGTH, out, 0, now);
    }

    private void announceOverHttp() {
        byte[] request = REQUESTS[random.nextInt(REQUESTS.length)];
        in.clear().put(request).flip();
        long swarm = swarm();
        for (int digit = 0; digit < SWARM_DIGITS; digit++) {
            in.put(SWARM_AT + digit, (byte) Character.forDigit((int) (swarm >>> 4 * digit) & 0xf, 16));
        }
        out.clear();
        http.serve(in, Family.V4, 0, host(), out);
    }

    private long host() {
        return SOME_HOST + random.nextInt(1 << 16);
    }

    /// Half of the peers are in one.
    private long swarm() {
        return random.nextBoolean() ? 0 : random.nextInt(SWARMS);
    }

    /// A request as clients write them.
    private static byte[] request(String parameters, String fields) {
        String target = "GET /announce?info_hash=0000%00%ff%A7aaaaaaaaaaaaa&peer_id=-XX0001-aaaaaaaaaaaa&" + parameters;
        return (target + " HTTP/1.1\r\nHost: tracker.example.org\r\n" + fields + "\r\n").getBytes(US_ASCII);
    }
}
