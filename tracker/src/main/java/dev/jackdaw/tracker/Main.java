package dev.jackdaw.tracker;

import picocli.CommandLine;

/// The tracker as a program of its own.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new TrackerCommand()).execute(args));
    }
}
