/// The desktop app.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.gui {
    requires static transitive org.jspecify;
    requires dev.jackdaw.peer;
    requires javafx.controls;
    requires atlantafx.base;
    requires tools.jackson.dataformat.toml;
    requires tools.jackson.databind;
}
