/// A Mainline DHT node.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.dht {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
}
