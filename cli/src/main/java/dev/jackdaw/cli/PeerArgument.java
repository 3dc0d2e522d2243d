package dev.jackdaw.cli;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A peer named on the command line: `host:port`, `192.0.2.1:6881` or `[2001:db8::1]:6881`.
record PeerArgument(HostAndPort place) {
    /// @throws IllegalArgumentException with what was seen and expected
    static PeerArgument parse(String text) {
        return HostAndPort.parse(text)
                .map(PeerArgument::new)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + Shown.text(text) + "' is no peer; write HOST:PORT, or [ADDRESS]:PORT for IPv6"));
    }

    /// All addresses of the host.
    List<PeerAddress> resolve() {
        try {
            return Arrays.stream(InetAddress.getAllByName(place.host()))
                    .map(address -> PeerAddress.of(address.getAddress(), place.port()))
                    .toList();
        } catch (UnknownHostException e) {
            throw CommandFailure.failed("--peer: cannot find the host " + place.host() + "; check the name", e);
        }
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<PeerArgument> {
        @Override
        public PeerArgument convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
