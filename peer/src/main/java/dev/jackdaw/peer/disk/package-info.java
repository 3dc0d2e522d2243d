/// A torrent's content on disk: pieces assembled and hashed in memory and written once, read for upload, checked on all
/// cores, and the record that spares the check after a restart.
///
/// A session has one [dev.jackdaw.peer.disk.SessionDisk] with the memory, the open files and the threads; it opens a
/// [dev.jackdaw.peer.disk.FileStorage] for each torrent. A [dev.jackdaw.peer.disk.ResumeFile] records what is written.
/// Below them, `FileLayout` and `FileMap` say where a byte lies, `FilePool` keeps files open, and `Folder` is the seam
/// to the file system: `LocalFolder`, from which no symbolic link leads out since it holds each directory that it goes
/// through (`HeldDirectory`), or a simulated one that loses power in tests.
package dev.jackdaw.peer.disk;
