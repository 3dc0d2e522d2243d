package dev.jackdaw.tracker;

import dev.jackdaw.tracker.TrackerConfig.TlsFiles;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The certificate that the tracker shows over TLS; read again when its files have changed, for connections from
/// then on.
final class ServerCertificate {
    private static final System.Logger LOG = System.getLogger(ServerCertificate.class.getName());

    private final WatchedFile certificates;
    private final WatchedFile key;
    private volatile SslContext context;

    /// @throws IOException if the files are not a certificate and its key
    ServerCertificate(TlsFiles files) throws IOException {
        certificates = new WatchedFile(files.certificates());
        key = new WatchedFile(files.key());
        certificates.hasChanged();
        key.hasChanged();
        context = read();
    }

    /// Begins TLS on a new connection.
    ///
    /// @param timeout for the handshake
    SslHandler newHandler(ByteBufAllocator allocator, Duration timeout) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /// Reads the files if one has changed. If they do not fit together, they may be between two versions: the
    /// certificate before is kept, and they are read at the next change.
    void reload() {
        boolean changed = certificates.hasChanged();
        changed |= key.hasChanged();
        if (!changed) {
            return;
        }
        try {
            context = read();
            LOG.log(System.Logger.Level.INFO, "read the certificate {0} again", certificates.path());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "keeping the certificate before: {0}", e.getMessage());
        }
    }

    private SslContext read() throws IOException {
        try {
            return SslContextBuilder.forServer(
                            certificates.path().toFile(), key.path().toFile())
                    .sslProvider(SslProvider.JDK)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "no certificate in " + certificates.path() + " with its key in " + key.path() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
