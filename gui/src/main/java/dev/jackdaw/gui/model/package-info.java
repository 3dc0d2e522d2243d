/// What the windows show and do, without windows: view models, the feed of snapshots, settings, and what keeps
/// order among torrents (queue, seeding goals). Nothing here knows a control, a scene or a stage; all of it
/// runs in plain tests.
///
/// [dev.jackdaw.gui.model.SnapshotFeed] reads statuses off the JavaFX thread;
/// [dev.jackdaw.gui.model.MainViewModel] takes them on it and touches only rows that changed; commands go
/// through [dev.jackdaw.gui.model.TorrentActions], which waits for nothing on the JavaFX thread either.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.gui.model;
