package dev.jackdaw.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations as people write and read them: `90s`, `45m`, `2h`, `1d12h`; a bare number is minutes, as in other clients.
final class DurationText {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?");
    private static final Pattern MINUTES = Pattern.compile("\\d{1,8}");

    private DurationText() {}

    /// @throws IllegalArgumentException with what was seen and expected
    static Duration parse(String text) {
        String form = text.strip().toLowerCase(Locale.ROOT);
        if (MINUTES.matcher(form).matches()) {
            return Duration.ofMinutes(Long.parseLong(form));
        }
        Matcher matcher = FORM.matcher(form);
        if (form.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + Shown.text(text) + "' is not a duration; write 90s, 45m, 2h or 1d12h");
        }
        return Duration.ofDays(number(matcher, 1))
                .plusHours(number(matcher, 2))
                .plusMinutes(number(matcher, 3))
                .plusSeconds(number(matcher, 4));
    }

    private static long number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }

    /// The two largest units: `42 s`, `3 min 5 s`, `2 h 10 min`, `5 d 3 h`; under ten seconds with a decimal.
    static String show(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
    }

    /// Time left on a clock: `0:31`, `12:05`, `2:07:44`, `9 d`; what is beyond a hundred days is `∞` to everyone.
    static String clock(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.toDays() >= 100) {
            return ">99 d";
        }
        if (duration.toDays() >= 2) {
            return duration.toDays() + " d";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
