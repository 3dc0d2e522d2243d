/// The vocabulary every other module speaks: values, metainfo, wire and tracker codecs.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.protocol {
    requires static transitive org.jspecify;
    requires transitive io.netty.buffer;
    requires org.apache.commons.codec;

    exports dev.jackdaw.protocol;
    exports dev.jackdaw.protocol.bencode;
    exports dev.jackdaw.protocol.metainfo;
    exports dev.jackdaw.protocol.tracker;
    exports dev.jackdaw.protocol.wire;
    exports dev.jackdaw.simulation;
}
