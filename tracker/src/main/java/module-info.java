/// The tracker server.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.tracker {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;

    exports dev.jackdaw.tracker;

    opens dev.jackdaw.tracker to
            info.picocli;
}
