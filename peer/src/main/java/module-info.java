/// The BitTorrent library: a session of torrents to embed.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the command line is compiled after this module
module dev.jackdaw.peer {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
    requires dev.jackdaw.dht;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires java.net.http;
    requires jdk.unsupported; // com.sun.nio.file, for writes past the system's cache

    exports dev.jackdaw.peer;
    exports dev.jackdaw.peer.simulation to
            dev.jackdaw.cli;
}
