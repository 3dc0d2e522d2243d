package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A file of a [LocalFolder], and how it is mapped if it is for peers to be sent from.
record ChannelFile(FileChannel channel, FileMapping mapping) implements OpenFile {
    ChannelFile(FileChannel channel) {
        this(channel, FileMapping.NONE);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return channel.write(source, position);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean isInMemory(long position, int length) throws IOException {
        return !mapping.readsWait() && holds(position, length);
    }

    /// Of a file that was cut, the last page is in memory, filled up with zeros.
    private boolean holds(long position, int length) throws IOException {
        return mapping.isInMemory(position, length) && position + length <= channel.size();
    }

    @Override
    public boolean isOutgrown() throws IOException {
        return mapping.isHere() && mapping.length() < channel.size();
    }

    @Override
    public long addressInMemory(long position, int length) throws IOException {
        return holds(position, length) ? mapping.address(position) : 0;
    }

    @Override
    public void release(long position, int length) {
        mapping.release(position, length);
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        mapping.close();
        channel.close();
    }
}
