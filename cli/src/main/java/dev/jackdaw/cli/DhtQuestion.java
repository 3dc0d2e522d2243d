package dev.jackdaw.cli;

import picocli.CommandLine.Option;

/// Options of the commands that ask the DHT one question and print the answer.
final class DhtQuestion extends DhtAccess {
    @Option(names = "--json", description = "Print one JSON object a line.")
    boolean json;
}
