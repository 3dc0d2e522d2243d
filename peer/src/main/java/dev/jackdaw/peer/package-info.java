/// The library's API: a [Session] runs [Torrent]s.
///
/// ```java
/// try (Session session = Session.open(SessionConfig.defaults())) {
///     Torrent torrent = session.add(TorrentSource.file(Path.of("debian.torrent")),
///     AddOptions.into(Path.of("downloads"))); torrent.awaitComplete();
/// }
/// ```
///
/// Handles may be used from any thread; what they return is an immutable snapshot.
package dev.jackdaw.peer;
