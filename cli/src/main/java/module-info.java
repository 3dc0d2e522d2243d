/// The command line.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.cli {
    requires static transitive org.jspecify;
    requires dev.jackdaw.peer;
    requires dev.jackdaw.tracker;
    requires info.picocli;
    requires tools.jackson.databind;

    opens dev.jackdaw.cli to
            info.picocli;
}
