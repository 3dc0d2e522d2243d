package dev.jackdaw.cli;

import java.util.Locale;

/// Bytes, rates and shares for people.
final class Amount {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Amount() {}

    /// `0 B`, `1023 B`, `16.0 KiB`, `1.25 GiB`: three digits or so, powers of 1024.
    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = 0;
        double value = bytes;
        // What would be printed as 1024 belongs to the next unit.
        while (value >= 1023.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String form = value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, form, value, UNITS[unit]);
    }

    static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /// A share 0 … 1 as `41.3 %`; only what is whole is `100 %`, and only what is nothing `0 %`.
    static String percent(double share) {
        if (share >= 1) {
            return "100 %";
        }
        return share <= 0 ? "0 %" : String.format(Locale.ROOT, "%.1f %%", Math.min(99.9, share * 100));
    }

    /// Sent per byte of content, with two decimals.
    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    /// `1 file`, `2 files`.
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
