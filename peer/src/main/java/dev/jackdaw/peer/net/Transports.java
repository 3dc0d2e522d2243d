package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionConfig.Transport;
import dev.jackdaw.peer.utp.UtpSocket;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a session's connections run over: which kinds of channels a peer is dialled with, and in what order.
///
/// With both, uTP has the first [#UTP_FIRST_MILLIS], since it gives way to the user's other traffic, and then TCP; one
/// after the other, so that a peer that speaks both is dialled once.
final class Transports {
    /// For a peer that may not speak uTP: two SYNs, as the second follows after a second.
    static final int UTP_FIRST_MILLIS = 2_500;

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final EventLoops loops;
    private final Optional<InetAddress> bindAddress;
    private final boolean tcp;
    private final Optional<UtpSocket> utp;

    /// @param utp empty if it is off, or its port could not be had
    Transports(EventLoops loops, Optional<InetAddress> bindAddress, Transport transport, Optional<UtpSocket> utp) {
        this.loops = loops;
        this.bindAddress = bindAddress;
        this.tcp = usesTcp(transport);
        this.utp = utp;
    }

    static boolean usesTcp(Transport transport) {
        return switch (transport) {
            case TCP, BOTH -> true;
            case UTP -> false;
        };
    }

    static boolean usesUtp(Transport transport) {
        return switch (transport) {
            case UTP, BOTH -> true;
            case TCP -> false;
        };
    }

    boolean dialUtp() {
        return utp.isPresent();
    }

    /// The ways to dial a peer of a torrent on `loop`, the best first.
    ///
    /// @param utpOnly leaves out TCP; only if [#dialUtp()]
    List<Bootstrap> dialling(EventLoop loop, boolean utpOnly) {
        List<Bootstrap> ways = new ArrayList<>();
        boolean alsoTcp = tcp && !utpOnly;
        utp.ifPresent(socket -> ways.add(loops.dialling(loop, socket::newChannel)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, alsoTcp ? UTP_FIRST_MILLIS : CONNECT_TIMEOUT_MILLIS)));
        if (alsoTcp) {
            Bootstrap bootstrap =
                    loops.dialling(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
            bindAddress.ifPresent(host -> bootstrap.localAddress(new InetSocketAddress(host, 0)));
            ways.add(bootstrap);
        }
        return ways;
    }
}
