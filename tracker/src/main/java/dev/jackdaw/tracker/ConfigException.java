package dev.jackdaw.tracker;

import java.util.List;

/// A configuration that cannot be used, with a line for each thing that is wrong with it: where it is, what was
/// seen, and what is expected.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
