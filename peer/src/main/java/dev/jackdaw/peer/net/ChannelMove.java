package dev.jackdaw.peer.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/// The way of an accepted channel to the loop of its torrent.
///
/// The channel must not be reading (`autoRead` off) and has no handler that minds being unregistered: what the peer
/// sends meanwhile waits in the socket.
final class ChannelMove {
    private ChannelMove() {}

    /// Registers the channel with `target` and runs `arrived` there; closes it if that fails. Called on its present
    /// loop.
    static void to(EventLoop target, Channel channel, Runnable arrived, Runnable lost) {
        if (channel.eventLoop() == target) {
            arrived.run();
            return;
        }
        channel.deregister().addListener(left -> {
            if (!left.isSuccess()) {
                channel.close();
                lost.run();
                return;
            }
            target.register(channel).addListener(registered -> {
                if (registered.isSuccess()) {
                    arrived.run();
                } else {
                    channel.unsafe().closeForcibly();
                    lost.run();
                }
            });
        });
    }
}
