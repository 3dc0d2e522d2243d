package dev.jackdaw.dht;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/// Where a node's datagrams leave: its own socket, or a port that it shares with others. Used on the node's
/// loop only.
public interface DatagramSender {
    /// Sends a datagram at the next [#flush()]; one that cannot be sent is lost. Takes the buffer over.
    void send(ByteBuf datagram, InetSocketAddress to);

    void flush();
}
