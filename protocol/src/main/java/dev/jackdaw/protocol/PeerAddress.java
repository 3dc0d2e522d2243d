package dev.jackdaw.protocol;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Where a peer listens: an IPv4 or IPv6 host and a port, without a name.
///
/// IPv4-mapped IPv6 addresses are IPv4 here, so that one host has one form. `v6` tells the family; an IPv4
/// host is the low 32 bits of `low`. The compact forms are 6 bytes (BEP 23) and 18 bytes (BEP 7).
///
/// @param port 0 … 65535; 0 is no place to connect to, see [#isDialable()]
public record PeerAddress(long high, long low, boolean v6, int port) {
    /// 4 bytes of host, 2 of port.
    public static final int COMPACT_V4_LENGTH = 6;
    /// 16 bytes of host, 2 of port.
    public static final int COMPACT_V6_LENGTH = 18;

    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;
    private static final long NAT64_PREFIX = 0x0064_ff9b_0000_0000L;

    public PeerAddress {
        if (!v6 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("IPv4 host of more than 32 bits");
        }
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port);
        }
        if (v6 && high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED_PREFIX) {
            v6 = false;
            low &= 0xffff_ffffL;
        }
    }

    /// @param host 4 or 16 bytes
    public static PeerAddress of(byte[] host, int port) {
        return switch (host.length) {
            case 4 -> new PeerAddress(0, Bytes.getInt(host, 0) & 0xffff_ffffL, false, port);
            case 16 -> new PeerAddress(Bytes.getLong(host, 0), Bytes.getLong(host, 8), true, port);
            default -> throw new IllegalArgumentException("host of " + host.length + " bytes");
        };
    }

    /// @param address a resolved address
    public static PeerAddress of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(address + " is not resolved");
        }
        return of(address.getAddress().getAddress(), address.getPort());
    }

    /// Reads the next compact address: 18 bytes if `v6`, else 6.
    public static PeerAddress readCompact(ByteBuffer in, boolean v6) {
        byte[] host = new byte[v6 ? 16 : 4];
        in.get(host);
        return of(host, in.getShort() & 0xffff);
    }

    /// The host's 4 or 16 bytes, a new array.
    public byte[] hostBytes() {
        if (!v6) {
            byte[] host = new byte[4];
            Bytes.putInt(host, 0, (int) low);
            return host;
        }
        byte[] host = new byte[16];
        Bytes.putLong(host, 0, high);
        Bytes.putLong(host, 8, low);
        return host;
    }

    /// The compact form, 6 or 18 bytes.
    public byte[] toCompact() {
        byte[] host = hostBytes();
        return ByteBuffer.allocate(host.length + 2)
                .put(host)
                .putShort((short) port)
                .array();
    }

    public InetAddress host() {
        try {
            return InetAddress.getByAddress(hostBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length, which hostBytes() never has
        }
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host(), port);
    }

    public PeerAddress withPort(int newPort) {
        return new PeerAddress(high, low, v6, newPort);
    }

    /// Whether a connection can be tried at all: a port, and a host that is neither unspecified nor
    /// multicast nor broadcast.
    public boolean isDialable() {
        InetAddress host = host();
        return port != 0
                && !host.isAnyLocalAddress()
                && !host.isMulticastAddress()
                && (v6 || ((int) low != -1 && (low >>> 24) != 0));
    }

    /// Whether the host is this machine or on a network that is not the Internet: loopback, link-local,
    /// site-local (RFC 1918), unique local (RFC 4193) or shared (RFC 6598), also where an IPv6 address only
    /// wraps such an IPv4 one (NAT64, 6to4). A remote party has no business naming such a host.
    public boolean isLocal() {
        return isLocal(host());
    }

    /// The same test for a host of which no port is known.
    public static boolean isLocal(InetAddress host) {
        if (host.isLoopbackAddress()
                || host.isLinkLocalAddress()
                || host.isSiteLocalAddress()
                || host.isAnyLocalAddress()) {
            return true;
        }
        byte[] bytes = host.getAddress();
        if (host instanceof Inet4Address) {
            return ((bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64) || bytes[0] == 0;
        }
        return (bytes[0] & 0xfe) == 0xfc
                || wrapped(bytes).filter(PeerAddress::isLocal).isPresent();
    }

    /// The IPv4 address that a gateway would turn the IPv6 one into: 64:ff9b::/96 (RFC 6052), 2002::/16
    /// (RFC 3056) and the old ::/96.
    private static Optional<InetAddress> wrapped(byte[] v6) {
        long high = Bytes.getLong(v6, 0);
        boolean lastFour = (high == 0 || high == NAT64_PREFIX) && Bytes.getInt(v6, 8) == 0;
        if (!lastFour && high >>> 48 != 0x2002) {
            return Optional.empty();
        }
        int at = lastFour ? 12 : 2;
        return Optional.of(of(Arrays.copyOfRange(v6, at, at + 4), 0).host());
    }

    /// `192.0.2.1:6881` or `[2001:db8::1]:6881`, the one form of RFC 5952.
    @Override
    public String toString() {
        return (v6 ? "[" + v6Text() + "]" : host().getHostAddress()) + ":" + port;
    }

    private String v6Text() {
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4))) & 0xffff;
        }
        int longest = 1; // a single group of zeros is written out
        int start = -1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                longest = end - i;
                start = i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
