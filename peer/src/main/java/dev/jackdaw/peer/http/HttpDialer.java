package dev.jackdaw.peer.http;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Opens connections: one lookup, a judgement on every address it gave, and a connection to one of those very
/// addresses.
final class HttpDialer {
    /// For one address of a host.
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /// Addresses of one name that are tried; further ones are left out.
    private static final int MAX_ADDRESSES = 4;

    private final HostResolver resolver;
    private final Optional<InetAddress> bindAddress;
    private final Predicate<InetAddress> isLocal;
    /// Asked when first needed: reading the trusted certificates takes a tenth of a second.
    private final Supplier<SSLSocketFactory> tls;

    /// @param isLocal whether an address is on this machine or a private network
    HttpDialer(
            HostResolver resolver,
            Optional<InetAddress> bindAddress,
            Predicate<InetAddress> isLocal,
            Supplier<SSLSocketFactory> tls) {
        this.resolver = resolver;
        this.bindAddress = bindAddress;
        this.isLocal = isLocal;
        this.tls = tls;
    }

    HttpConnection dial(HttpRequest request, CallTimer timer) throws IOException {
        HttpUrl url = request.url();
        IOException failure = new HttpException("no address of " + url.host() + " can be reached from "
                + bindAddress.map(InetAddress::getHostAddress).orElse("here"));
        for (InetAddress address : addresses(request, timer)) {
            try {
                return connect(url, address, timer);
            } catch (IOException e) {
                failure = timer.explain(e);
                timer.remaining(); // ends the loop when time is over
            }
        }
        throw failure;
    }

    private List<InetAddress> addresses(HttpRequest request, CallTimer timer) throws IOException {
        List<InetAddress> addresses = resolver.resolve(request.url().host(), timer.remaining());
        // one local address among public ones is as bad: the order of the answer is the stranger's choice
        for (InetAddress address : addresses) {
            if (!request.mayGoTo(address, isLocal.test(address) || address.isMulticastAddress())) {
                throw new HttpException("refused to connect to " + request.url().host() + ": its address "
                        + address.getHostAddress() + " is on this host or a private network");
            }
        }
        return addresses.stream().filter(this::canReach).limit(MAX_ADDRESSES).toList();
    }

    private boolean canReach(InetAddress address) {
        return bindAddress.isEmpty() || bindAddress.get() instanceof Inet4Address == address instanceof Inet4Address;
    }

    private HttpConnection connect(HttpUrl url, InetAddress address, CallTimer timer) throws IOException {
        Socket plain = new Socket();
        try {
            timer.guard(plain);
            if (bindAddress.isPresent()) {
                plain.bind(new InetSocketAddress(bindAddress.get(), 0));
            }
            plain.setTcpNoDelay(true);
            long timeout =
                    Math.min(CONNECT_TIMEOUT.toMillis(), timer.remaining().toMillis());
            plain.connect(new InetSocketAddress(address, url.port()), Math.toIntExact(timeout));
            return new HttpConnection(
                    url, plain, url.secure() ? secured(url, plain) : plain, address, isLocal.test(address));
        } catch (IOException e) {
            plain.close();
            throw new HttpException("cannot connect to " + url.hostHeader() + " at " + address.getHostAddress() + ": "
                    + timer.explain(e).getMessage());
        }
    }

    private Socket secured(HttpUrl url, Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.get().createSocket(plain, url.host(), url.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
