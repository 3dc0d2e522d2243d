/// The tracker server.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.tracker {
    requires static transitive org.jspecify;
    requires transitive dev.jackdaw.protocol;
}
