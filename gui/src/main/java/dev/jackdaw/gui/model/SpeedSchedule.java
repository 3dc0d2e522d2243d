package dev.jackdaw.gui.model;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;

/// When the alternative limits come into force by themselves, by the clock of this machine. In between the user may
/// switch them as ever: the schedule acts at its two times only.
///
/// @param from begins then
/// @param to   ends then; before `from` it is the next day's
/// @param days on which it begins
public record SpeedSchedule(boolean enabled, LocalTime from, LocalTime to, Days days) {
    /// Working hours, but not in force.
    public static final SpeedSchedule OFF =
            new SpeedSchedule(false, LocalTime.of(8, 0), LocalTime.of(18, 0), Days.WEEKDAYS);

    /// Days of the week.
    public enum Days {
        EVERY_DAY,
        WEEKDAYS,
        WEEKENDS;

        boolean holds(DayOfWeek day) {
            boolean weekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
            return switch (this) {
                case EVERY_DAY -> true;
                case WEEKDAYS -> !weekend;
                case WEEKENDS -> weekend;
            };
        }
    }

    /// Whether that moment is within it; never if it is not enabled.
    public boolean covers(LocalDateTime moment) {
        LocalTime time = moment.toLocalTime();
        DayOfWeek today = moment.getDayOfWeek();
        if (!enabled) {
            return false;
        }
        if (from.isBefore(to)) {
            return days.holds(today) && !time.isBefore(from) && time.isBefore(to);
        }
        return (days.holds(today) && !time.isBefore(from)) || (days.holds(today.minus(1)) && time.isBefore(to));
    }
}
