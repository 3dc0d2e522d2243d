package dev.jackdaw.tracker.accounts;

/// The accounts' numbers at one moment; those of reports are since the start.
///
/// @param users             known
/// @param activeUsers       in at least one swarm of this process
/// @param reportsRecorded   on disk
/// @param reportsLost       neither on disk nor in memory, since the disk was too slow, full or failed
/// @param reportsImplausible that claimed more than a line can carry
/// @param framesWaiting     of the journal, that the database has yet to take
/// @param journalBytes      on disk
/// @param databaseAvailable whether it answered when it was last asked
public record AccountsStatus(
        int users,
        int activeUsers,
        long reportsRecorded,
        long reportsLost,
        long reportsImplausible,
        long framesWaiting,
        long journalBytes,
        boolean databaseAvailable) {}
