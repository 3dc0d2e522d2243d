/// The tracker server.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.tracker {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires java.logging;
    requires java.sql;
    requires jdk.httpserver;
    requires lettuce.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    exports dev.jackdaw.tracker;

    opens dev.jackdaw.tracker to
            info.picocli;
}
