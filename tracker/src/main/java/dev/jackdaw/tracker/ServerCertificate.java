package dev.jackdaw.tracker;

import dev.jackdaw.tracker.TrackerConfig.TlsFiles;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The certificate that the tracker shows over TLS; read again when its files have changed, for connections from
/// then on.
final class ServerCertificate {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

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

    /// Each file is read once, so that what was compared is what is used.
    private SslContext read() throws IOException {
        try {
            X509Certificate[] chain;
            try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(certificates.path()))) {
                chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                        .map(X509Certificate.class::cast)
                        .toArray(X509Certificate[]::new);
            }
            if (chain.length == 0) {
                throw new IOException("there is none");
            }
            PublicKey shown = chain[0].getPublicKey();
            PrivateKey secret = privateKey(shown.getAlgorithm());
            if (!isPair(secret, shown)) {
                throw new IOException("the key is another one's");
            }
            return SslContextBuilder.forServer(secret, chain)
                    .sslProvider(SslProvider.JDK)
                    .build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "no certificate in " + certificates.path() + " with its key in " + key.path() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private PrivateKey privateKey(String algorithm) throws IOException, GeneralSecurityException {
        Matcher pem = PRIVATE_KEY.matcher(Files.readString(key.path(), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException("no key in the PKCS #8 format (-----BEGIN PRIVATE KEY-----)");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    /// Whether what the one signs is believed by the other.
    private static boolean isPair(PrivateKey secret, PublicKey shown) throws GeneralSecurityException {
        String algorithm = switch (shown.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> shown.getAlgorithm();
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        byte[] signed = signature.sign();
        signature.initVerify(shown);
        return signature.verify(signed);
    }
}
