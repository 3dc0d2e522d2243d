/// A Mainline DHT node.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the command line is compiled after this module
module dev.jackdaw.dht {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
    requires io.netty.buffer;
    requires io.netty.common;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;

    exports dev.jackdaw.dht;
    exports dev.jackdaw.dht.simulation to
            dev.jackdaw.cli;
}
