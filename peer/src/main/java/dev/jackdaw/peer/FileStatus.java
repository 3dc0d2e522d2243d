package dev.jackdaw.peer;

/// A file of a torrent at one moment.
///
/// @param index          in the torrent's order, padding files counted
/// @param path           the safe path with `/` between components
/// @param length         bytes
/// @param completedBytes of these, verified
public record FileStatus(int index, String path, long length, long completedBytes, FilePriority priority) {}
