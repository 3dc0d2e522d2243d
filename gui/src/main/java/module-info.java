/// The desktop app.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.gui {
    requires static transitive org.jspecify;
    requires dev.jackdaw.peer;
}
