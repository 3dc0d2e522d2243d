package dev.jackdaw.gui.model;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;

/// Sizes, rates, times and shares for people, by the locale of a [Text]. Sizes are 1024-based. Not thread-safe.
public final class Formats {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
    private static final long WEEK_SECONDS = 7 * 24 * 3600;

    private final Text text;
    private final NumberFormat whole;
    private final NumberFormat tenths;
    private final NumberFormat hundredths;
    private final NumberFormat percent;
    private final DateTimeFormatter date;
    private final DateTimeFormatter time;

    public Formats(Text text) {
        this.text = text;
        this.whole = decimals(text, 0);
        this.tenths = decimals(text, 1);
        this.hundredths = decimals(text, 2);
        this.percent = NumberFormat.getPercentInstance(text.locale());
        percent.setMaximumFractionDigits(1);
        percent.setRoundingMode(java.math.RoundingMode.DOWN);
        this.date = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.SHORT)
                .withLocale(text.locale())
                .withZone(ZoneId.systemDefault());
        this.time = DateTimeFormatter.ofLocalizedTime(FormatStyle.MEDIUM)
                .withLocale(text.locale())
                .withZone(ZoneId.systemDefault());
    }

    private static NumberFormat decimals(Text text, int digits) {
        NumberFormat format = NumberFormat.getNumberInstance(text.locale());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format;
    }

    /// `1.4 GiB`: three significant digits at most behind the point, none for bytes.
    public String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (Math.abs(value) >= 1023.95 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        NumberFormat format = unit == 0 || value >= 99.95 ? whole : unit >= 3 && value < 9.995 ? hundredths : tenths;
        return format.format(value) + " " + UNITS.get(unit);
    }

    /// `1.4 MiB/s`.
    public String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /// The same, but nothing for standing still: a table is easier to read with gaps than with zeros.
    public String rateOrNothing(long bytesPerSecond) {
        return bytesPerSecond == 0 ? "" : rate(bytesPerSecond);
    }

    /// A limit; 0 is none.
    public String limit(long bytesPerSecond) {
        return bytesPerSecond == 0 ? "∞" : rate(bytesPerSecond);
    }

    /// A share 0 … 1, rounded down: 100 % is only what is complete.
    public String percent(double share) {
        return percent.format(share);
    }

    public String ratio(double ratio) {
        return hundredths.format(ratio);
    }

    public String count(long count) {
        return whole.format(count);
    }

    /// The two largest units: `1 h 5 min`.
    public String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= WEEK_SECONDS * 52) {
            return "∞";
        }
        if (seconds < 60) {
            return text.get("duration.seconds", seconds);
        }
        if (seconds < 3600) {
            return text.get("duration.minutes", seconds / 60, seconds % 60);
        }
        if (seconds < 24 * 3600) {
            return text.get("duration.hours", seconds / 3600, seconds % 3600 / 60);
        }
        return text.get("duration.days", seconds / (24 * 3600), seconds % (24 * 3600) / 3600);
    }

    public String date(Instant instant) {
        return date.format(instant);
    }

    public String time(Instant instant) {
        return time.format(instant);
    }
}
