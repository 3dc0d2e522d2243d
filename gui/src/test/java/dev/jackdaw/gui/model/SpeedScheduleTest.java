package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDateTime;
import java.time.LocalTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedScheduleTest {
    private static SpeedSchedule schedule(String from, String to, SpeedSchedule.Days days) {
        return new SpeedSchedule(true, LocalTime.parse(from), LocalTime.parse(to), days);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T07:59, false", // a Friday
        "2026-11-20T08:00, true",
        "2026-11-20T17:59, true",
        "2026-11-20T18:00, false",
        "2026-11-21T12:00, false", // a Saturday
    })
    void coversWorkingHours(LocalDateTime moment, boolean covered) {
        assertEquals(
                covered, schedule("08:00", "18:00", SpeedSchedule.Days.WEEKDAYS).covers(moment));
        assertEquals(false, SpeedSchedule.OFF.covers(moment));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T22:59, false", // a Saturday
        "2026-11-21T23:00, true",
        "2026-11-22T02:00, true",
        "2026-11-23T02:00, true", // a Monday, but it began on Sunday
        "2026-11-23T06:00, false",
        "2026-11-21T02:00, false", // a Saturday, but it would have begun on Friday
    })
    void goesOnPastMidnight(LocalDateTime moment, boolean covered) {
        assertEquals(
                covered, schedule("23:00", "06:00", SpeedSchedule.Days.WEEKENDS).covers(moment));
    }
}
