package dev.jackdaw.tracker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The system calls of 64-bit Linux that the event loops are built on, and the layout of what they take.
///
/// They are called directly since moving many datagrams with one call (`recvmmsg`, `sendmmsg`), and answering an
/// HTTP request with two, is what decides how many announces a core can answer, and nothing on the way may
/// allocate. Memory is handed over as raw addresses of direct buffers, which the caller keeps reachable.
///
/// Every method returns what the call does, or the negated error number.
final class Linux {
    // error numbers
    static final int EINTR = 4;
    static final int EAGAIN = 11;

    // flags of recv, send and their kin
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    /// Wait for the first datagram, and take with it what is there.
    static final int MSG_WAITFORONE = 0x10000;

    // sockets
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    private static final int SO_RCVTIMEO = 20;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int TCP_DEFER_ACCEPT = 9;
    static final int TCP_CONGESTION = 13;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    static final int SHUT_WR = 1;

    // epoll
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLERR = 8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLEXCLUSIVE = 1 << 28;
    static final int EPOLLET = 1 << 31;
    private static final int EPOLL_CLOEXEC = 0x80000;
    /// The structure is packed where it was first defined.
    static final int EPOLL_EVENT_LENGTH = architecture().equals("amd64") ? 12 : 16;

    static final int EPOLL_EVENT_DATA = EPOLL_EVENT_LENGTH - Long.BYTES;

    // struct sockaddr_in, sockaddr_in6
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCKADDR_PORT = 2;
    static final int SOCKADDR_V4_HOST = 4;
    static final int SOCKADDR_V6_HOST = 8;
    static final int SOCKADDR_V4_LENGTH = 16;
    static final int SOCKADDR_V6_LENGTH = 28;
    /// Room for either.
    static final int SOCKADDR_LENGTH = 32;

    // struct mmsghdr
    static final int MMSGHDR_NAME = 0;
    static final int MMSGHDR_NAME_LENGTH = 8;
    static final int MMSGHDR_IOV = 16;
    static final int MMSGHDR_IOV_COUNT = 24;
    static final int MMSGHDR_RECEIVED = 56;
    static final int MMSGHDR_LENGTH = 64;

    // struct iovec
    static final int IOVEC_BASE = 0;
    static final int IOVEC_SIZE = 8;
    static final int IOVEC_LENGTH = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, LONG, INT));
    private static final MethodHandle BIND = call("bind", FunctionDescriptor.of(INT, INT, LONG, INT));
    private static final MethodHandle GETSOCKNAME = call("getsockname", FunctionDescriptor.of(INT, INT, LONG, LONG));
    private static final MethodHandle LISTEN = call("listen", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle ACCEPT4 = call("accept4", FunctionDescriptor.of(INT, INT, LONG, LONG, INT));
    private static final MethodHandle SHUTDOWN = call("shutdown", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle RECV = call("recv", FunctionDescriptor.of(LONG, INT, LONG, LONG, INT));
    private static final MethodHandle SEND = call("send", FunctionDescriptor.of(LONG, INT, LONG, LONG, INT));
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", FunctionDescriptor.of(INT, INT, LONG, INT, INT, LONG));
    private static final MethodHandle SENDMMSG = call("sendmmsg", FunctionDescriptor.of(INT, INT, LONG, INT, INT));
    private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", FunctionDescriptor.of(INT, INT, INT, INT, LONG));
    private static final MethodHandle EPOLL_WAIT = call("epoll_wait", FunctionDescriptor.of(INT, INT, LONG, INT, INT));

    /// Where the C library leaves the error number; each thread has its own.
    private final MemorySegment errno = Arena.ofAuto().allocate(ERRNO_LAYOUT);

    /// For one thread.
    Linux() {}

    /// Whether the calls are those that this class knows.
    static boolean isHere() {
        return System.getProperty("os.name").equals("Linux")
                && ValueLayout.ADDRESS.byteSize() == Long.BYTES
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && (architecture().equals("amd64") || architecture().equals("aarch64"));
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /// A direct buffer for structures.
    static ByteBuffer buffer(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    /// Where a direct buffer begins.
    static long address(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
    }

    /// A bound socket.
    ///
    /// @param type [#SOCK_STREAM] or [#SOCK_DGRAM], and flags
    /// @param reuse [#SO_REUSEADDR], [#SO_REUSEPORT], or 0
    int open(InetSocketAddress address, int type, int reuse) throws IOException {
        boolean v6 = !(address.getAddress() instanceof Inet4Address);
        int socket = socket(v6 ? AF_INET6 : AF_INET, type);
        boolean any = address.getAddress().isAnyLocalAddress();
        if (socket < 0 && any) {
            v6 = false; // a machine without IPv6
            socket = socket(AF_INET, type);
        }
        check(socket, "socket");
        try {
            if (v6) {
                check(setOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, any ? 0 : 1), "setsockopt");
            }
            if (reuse != 0) {
                check(setOption(socket, SOL_SOCKET, reuse, 1), "setsockopt");
            }
            ByteBuffer name = buffer(SOCKADDR_LENGTH);
            writeAddress(name, v6, address);
            check(bind(socket, address(name), v6 ? SOCKADDR_V6_LENGTH : SOCKADDR_V4_LENGTH), "bind");
            return socket;
        } catch (IOException e) {
            close(socket);
            throw e;
        }
    }

    /// The port that a socket is bound to.
    int port(int socket) throws IOException {
        ByteBuffer name = buffer(SOCKADDR_LENGTH);
        ByteBuffer length = buffer(Integer.BYTES);
        length.putInt(0, SOCKADDR_LENGTH);
        try {
            check(result((int) GETSOCKNAME.invokeExact(errno, socket, address(name), address(length))), "getsockname");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return name.order(ByteOrder.BIG_ENDIAN).getShort(SOCKADDR_PORT) & 0xffff;
    }

    private static void writeAddress(ByteBuffer name, boolean v6, InetSocketAddress address) {
        name.putShort(0, (short) (v6 ? AF_INET6 : AF_INET));
        int port = address.getPort();
        name.put(SOCKADDR_PORT, (byte) (port >>> 8)).put(SOCKADDR_PORT + 1, (byte) port);
        InetAddress host = address.getAddress();
        if (!host.isAnyLocalAddress()) {
            name.put(v6 ? SOCKADDR_V6_HOST : SOCKADDR_V4_HOST, host.getAddress());
        }
    }

    /// Throws what a call has failed with, in words for the operator.
    static int check(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(
                    switch (-result) {
                        case 13 -> "permission denied";
                        case 24 -> "too many open files";
                        case 97 -> "address family not supported";
                        case 98 -> "address already in use";
                        case 99 -> "no such address on this machine";
                        default -> call + " failed with error " + -result;
                    });
        }
        return result;
    }

    /// Has blocking calls of the socket give up after some time.
    int setReceiveTimeout(int socket, int millis) {
        ByteBuffer time = buffer(2 * Long.BYTES);
        time.putLong(0, millis / 1000).putLong(Long.BYTES, millis % 1000 * 1000L);
        return setOption(socket, SOL_SOCKET, SO_RCVTIMEO, time);
    }

    int setOption(int socket, int level, int option, int value) {
        ByteBuffer buffer = buffer(Integer.BYTES);
        buffer.putInt(0, value);
        return setOption(socket, level, option, buffer);
    }

    int setOption(int socket, int level, int option, String value) {
        byte[] text = value.getBytes(StandardCharsets.US_ASCII);
        return setOption(socket, level, option, buffer(text.length).put(text));
    }

    private int setOption(int socket, int level, int option, ByteBuffer value) {
        try {
            return result((int) SETSOCKOPT.invokeExact(errno, socket, level, option, address(value), value.capacity()));
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            java.lang.ref.Reference.reachabilityFence(value);
        }
    }

    private int socket(int family, int type) {
        try {
            return result((int) SOCKET.invokeExact(errno, family, type | SOCK_CLOEXEC, 0));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private int bind(int socket, long name, int length) {
        try {
            return result((int) BIND.invokeExact(errno, socket, name, length));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int listen(int socket, int backlog) {
        try {
            return result((int) LISTEN.invokeExact(errno, socket, backlog));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// @param name   room for the address, or 0
    /// @param length how much room, replaced by how much there was
    int accept(int socket, long name, long length) {
        try {
            return result((int) ACCEPT4.invokeExact(errno, socket, name, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int shutdown(int socket, int how) {
        try {
            return result((int) SHUTDOWN.invokeExact(errno, socket, how));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(errno, descriptor));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int receive(int socket, long into, int length, int flags) {
        try {
            return result((int) (long) RECV.invokeExact(errno, socket, into, (long) length, flags));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int send(int socket, long from, int length, int flags) {
        try {
            return result((int) (long) SEND.invokeExact(errno, socket, from, (long) length, flags));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// @param headers `count` structures mmsghdr
    int receiveMany(int socket, long headers, int count, int flags) {
        try {
            return result((int) RECVMMSG.invokeExact(errno, socket, headers, count, flags, 0L));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// @param headers `count` structures mmsghdr
    int sendMany(int socket, long headers, int count, int flags) {
        try {
            return result((int) SENDMMSG.invokeExact(errno, socket, headers, count, flags));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int epollCreate() {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(errno, EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// @param event a structure epoll_event
    int epollControl(int epoll, int operation, int descriptor, long event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(errno, epoll, operation, descriptor, event));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// @param events room for `count` structures epoll_event
    int epollWait(int epoll, long events, int count, int timeoutMillis) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, timeoutMillis));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -(int) ERRNO.get(errno, 0L);
    }
}
