package dev.jackdaw.gui.model;

/// Download and upload rates of the last minutes: a ring of samples, the newest overwriting the oldest. For one
/// thread.
public final class RateHistory {
    /// Ten minutes of samples at two a second.
    public static final int CAPACITY = 1200;

    private final int[] down = new int[CAPACITY];
    private final int[] up = new int[CAPACITY];
    private int next;
    private int size;

    void add(long downloadRate, long uploadRate) {
        down[next] = (int) Math.min(downloadRate, Integer.MAX_VALUE);
        up[next] = (int) Math.min(uploadRate, Integer.MAX_VALUE);
        next = (next + 1) % CAPACITY;
        size = Math.min(size + 1, CAPACITY);
    }

    /// How many samples there are.
    public int size() {
        return size;
    }

    /// Bytes per second.
    ///
    /// @param age 0 is the newest sample, `size() - 1` the oldest
    public int download(int age) {
        return down[index(age)];
    }

    /// Bytes per second.
    public int upload(int age) {
        return up[index(age)];
    }

    /// The highest of the last samples.
    public int peak(int samples) {
        int peak = 0;
        for (int age = 0; age < Math.min(samples, size); age++) {
            peak = Math.max(peak, Math.max(download(age), upload(age)));
        }
        return peak;
    }

    private int index(int age) {
        if (age < 0 || age >= size) {
            throw new IndexOutOfBoundsException("sample " + age + " of " + size);
        }
        return Math.floorMod(next - 1 - age, CAPACITY);
    }
}
