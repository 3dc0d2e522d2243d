/// The command line.
@org.jspecify.annotations.NullMarked
module dev.jackdaw.cli {
    requires static transitive org.jspecify;
    requires dev.jackdaw.dht;
    requires dev.jackdaw.peer;
    requires dev.jackdaw.tracker;
    requires info.picocli;
    requires java.logging;
    requires java.net.http;
    requires jdk.unsupported;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.toml;

    opens dev.jackdaw.cli to
            info.picocli;
}
