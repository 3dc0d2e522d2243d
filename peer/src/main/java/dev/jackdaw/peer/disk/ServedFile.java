package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file of a [LocalFolder] that is read for peers: what of it is in the system's memory is told, where that can be
/// told, and sent from there, where [Sendfile] is.
final class ServedFile implements OpenFile {
    private final ChannelFile file;
    private final Residency residency;
    private final int descriptor;

    /// @param path where it lies
    /// @param key  which file the channel is of, if that is certain
    ServedFile(FileChannel channel, Path path, @Nullable Object key) throws IOException {
        this.file = new ChannelFile(channel);
        this.residency = Residency.of(channel, path);
        this.descriptor = key != null && residency.isKnown() && Sendfile.isHere() ? Sendfile.open(path, key) : -1;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return file.write(source, position);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public boolean isInMemory(long position, int length) {
        return residency.isInMemory(position, length);
    }

    @Override
    public boolean isOutgrown() throws IOException {
        return residency.isKnown() && residency.length() < file.size();
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        residency.close();
        if (descriptor >= 0) {
            Sendfile.close(descriptor);
        }
        file.close();
    }
}
