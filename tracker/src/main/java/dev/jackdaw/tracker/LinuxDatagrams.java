package dev.jackdaw.tracker;

import static dev.jackdaw.tracker.Linux.IOVEC_BASE;
import static dev.jackdaw.tracker.Linux.IOVEC_LENGTH;
import static dev.jackdaw.tracker.Linux.IOVEC_SIZE;
import static dev.jackdaw.tracker.Linux.MMSGHDR_IOV;
import static dev.jackdaw.tracker.Linux.MMSGHDR_IOV_COUNT;
import static dev.jackdaw.tracker.Linux.MMSGHDR_LENGTH;
import static dev.jackdaw.tracker.Linux.MMSGHDR_NAME;
import static dev.jackdaw.tracker.Linux.MMSGHDR_NAME_LENGTH;
import static dev.jackdaw.tracker.Linux.MMSGHDR_RECEIVED;
import static dev.jackdaw.tracker.Linux.SOCKADDR_LENGTH;
import static dev.jackdaw.tracker.Linux.SOCKADDR_PORT;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Datagrams moved by `recvmmsg` and `sendmmsg`. Of the same address there may be several, one for each thread:
/// the kernel shares the clients out among them (`SO_REUSEPORT`).
final class LinuxDatagrams implements DatagramBatch {
    /// Datagrams taken at a time.
    private static final int BATCH = 64;
    /// Of the socket, each way: what comes in 0.1 s at full load.
    private static final int SOCKET_BUFFER = 4 << 20;

    private final Linux linux = new Linux();
    private final int socket;
    private final int port;

    private final ByteBuffer in = ByteBuffer.allocateDirect(BATCH * MAX_REQUEST);
    private final ByteBuffer names = ByteBuffer.allocateDirect(BATCH * SOCKADDR_LENGTH);
    private final ByteBuffer inHeaders = Linux.buffer(BATCH * MMSGHDR_LENGTH);
    private final ByteBuffer inVectors = Linux.buffer(BATCH * IOVEC_LENGTH);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BATCH * MAX_REPLY);
    private final ByteBuffer outHeaders = Linux.buffer(BATCH * MMSGHDR_LENGTH);
    private final ByteBuffer outVectors = Linux.buffer(BATCH * IOVEC_LENGTH);
    private final long inHeadersAddress = Linux.address(inHeaders);
    private final long outHeadersAddress = Linux.address(outHeaders);
    private final long outAddress = Linux.address(out);
    private final long namesAddress = Linux.address(names);
    private int received;
    private int replies;
    private int room;

    /// @throws IOException if the address cannot be had; also if another program shares its sockets' addresses
    ///                     as we do
    LinuxDatagrams(InetSocketAddress address, boolean first) throws IOException {
        if (first) {
            // fails if anybody is there, which it would not with SO_REUSEPORT
            linux.close(linux.open(address, Linux.SOCK_DGRAM, 0));
        }
        socket = linux.open(address, Linux.SOCK_DGRAM, Linux.SO_REUSEPORT);
        port = linux.port(socket);
        linux.setOption(socket, Linux.SOL_SOCKET, Linux.SO_RCVBUF, SOCKET_BUFFER);
        linux.setOption(socket, Linux.SOL_SOCKET, Linux.SO_SNDBUF, SOCKET_BUFFER);
        linux.setReceiveTimeout(socket, WAIT_MILLIS);
        for (int i = 0; i < BATCH; i++) {
            vector(inVectors, i, Linux.address(in) + i * MAX_REQUEST, MAX_REQUEST);
            header(inHeaders, i, namesAddress + i * SOCKADDR_LENGTH, Linux.address(inVectors) + i * IOVEC_LENGTH);
            header(outHeaders, i, 0, Linux.address(outVectors) + i * IOVEC_LENGTH);
        }
    }

    private static void vector(ByteBuffer vectors, int index, long base, long size) {
        vectors.putLong(index * IOVEC_LENGTH + IOVEC_BASE, base);
        vectors.putLong(index * IOVEC_LENGTH + IOVEC_SIZE, size);
    }

    private static void header(ByteBuffer headers, int index, long name, long vector) {
        headers.putLong(index * MMSGHDR_LENGTH + MMSGHDR_NAME, name);
        headers.putInt(index * MMSGHDR_LENGTH + MMSGHDR_NAME_LENGTH, SOCKADDR_LENGTH);
        headers.putLong(index * MMSGHDR_LENGTH + MMSGHDR_IOV, vector);
        headers.putLong(index * MMSGHDR_LENGTH + MMSGHDR_IOV_COUNT, 1);
    }

    @Override
    public int receive() {
        for (int i = 0; i < received; i++) {
            inHeaders.putInt(
                    i * MMSGHDR_LENGTH + MMSGHDR_NAME_LENGTH, SOCKADDR_LENGTH); // it was replaced by the real one
        }
        received = Math.max(0, linux.receiveMany(socket, inHeadersAddress, BATCH, Linux.MSG_WAITFORONE));
        return received;
    }

    @Override
    public ByteBuffer in() {
        return in;
    }

    @Override
    public int start(int index) {
        return index * MAX_REQUEST;
    }

    @Override
    public int length(int index) {
        return inHeaders.getInt(index * MMSGHDR_LENGTH + MMSGHDR_RECEIVED);
    }

    @Override
    public boolean source(int index, Announcement announcement) {
        int at = index * SOCKADDR_LENGTH;
        announcement.source(names, at);
        return names.getShort(at + SOCKADDR_PORT) != 0;
    }

    @Override
    public ByteBuffer out() {
        return out;
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public void reply(int index, int length) {
        vector(outVectors, replies, outAddress + room, length);
        int header = replies * MMSGHDR_LENGTH;
        outHeaders.putLong(header + MMSGHDR_NAME, namesAddress + (long) index * SOCKADDR_LENGTH);
        outHeaders.putInt(header + MMSGHDR_NAME_LENGTH, inHeaders.getInt(index * MMSGHDR_LENGTH + MMSGHDR_NAME_LENGTH));
        replies++;
        room += (length + 7) & -8; // the next one begins at a word
    }

    @Override
    public void send() {
        for (int sent = 0; sent < replies; ) {
            int result = linux.sendMany(
                    socket, outHeadersAddress + sent * MMSGHDR_LENGTH, replies - sent, Linux.MSG_DONTWAIT);
            sent += Math.max(1, result); // an error is about the first one, which is given up
        }
        replies = 0;
        room = 0;
    }

    @Override
    public int port() {
        return port;
    }

    /// Only when no other method runs any more.
    @Override
    public void close() {
        linux.close(socket);
    }
}
