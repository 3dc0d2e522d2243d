package dev.jackdaw.peer;

/// How much a file is wanted.
public enum FilePriority {
    /// Not downloaded; not even created.
    SKIP(0),
    LOW(1),
    NORMAL(4),
    HIGH(7);

    private final int value;

    FilePriority(int value) {
        this.value = value;
    }

    /// 0 … 7, for comparing.
    public int value() {
        return value;
    }
}
