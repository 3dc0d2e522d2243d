package dev.jackdaw.dht;

import dev.jackdaw.protocol.Sha1;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/// A value that the DHT keeps for whoever asks (BEP 44): bencoded, at most 1000 bytes.
///
/// The arrays are shared, not copied: whoever holds an item must not write to them.
public sealed interface DhtItem {
    /// The bencoded value is at most this long.
    int MAX_VALUE_LENGTH = 1000;
    /// A salt is at most this long.
    int MAX_SALT_LENGTH = 64;

    /// The bencoded value.
    byte[] value();

    /// Where it is kept.
    NodeId target();

    /// A value whose place is its own SHA-1.
    record Immutable(byte[] value) implements DhtItem {
        @Override
        public NodeId target() {
            return sha1(value, new byte[0]);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Immutable(byte[] that) && Arrays.equals(value, that);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }

    /// A value that the owner of a key replaces from time to time; its place is the SHA-1 of the key and the
    /// salt.
    ///
    /// @param key       an Ed25519 public key, 32 bytes
    /// @param salt      0 … 64 bytes, so that one key has many places
    /// @param seq       grows with every replacement
    /// @param signature 64 bytes, see [#isSigned()]
    record Mutable(byte[] key, byte[] salt, long seq, byte[] signature, byte[] value) implements DhtItem {
        /// Of a key, in bytes.
        public static final int KEY_LENGTH = 32;
        /// Of a signature, in bytes.
        public static final int SIGNATURE_LENGTH = 64;

        public Mutable {
            if (key.length != KEY_LENGTH || signature.length != SIGNATURE_LENGTH) {
                throw new IllegalArgumentException("key of " + key.length + " and signature of " + signature.length
                        + " bytes, expected " + KEY_LENGTH + " and " + SIGNATURE_LENGTH);
            }
        }

        /// Signs a value.
        ///
        /// @param key        the public key that belongs to `privateKey`, 32 bytes
        /// @param privateKey an Ed25519 key of the JDK
        public static Mutable signed(byte[] key, PrivateKey privateKey, byte[] salt, long seq, byte[] value) {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(privateKey);
                signature.update(signedBytes(salt, seq, value));
                return new Mutable(key, salt, seq, signature.sign(), value);
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("not an Ed25519 private key", e);
            }
        }

        /// Where the items of this key and salt are.
        public static NodeId target(byte[] key, byte[] salt) {
            return sha1(key, salt);
        }

        @Override
        public NodeId target() {
            return target(key, salt);
        }

        /// The same with the salt that whoever asked knows; it is not sent with answers.
        public Mutable withSalt(byte[] known) {
            return new Mutable(key, known, seq, signature, value);
        }

        /// Whether the signature is the key's, over salt, sequence number and value.
        public boolean isSigned() {
            try {
                Signature verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(publicKey(key));
                verifier.update(signedBytes(salt, seq, value));
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                return false; // a key that is no point of the curve, a signature of no known form
            }
        }

        private static byte[] signedBytes(byte[] salt, long seq, byte[] value) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (salt.length > 0) {
                out.writeBytes(("4:salt" + salt.length + ":").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(salt);
            }
            out.writeBytes(("3:seqi" + seq + "e1:v").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(value);
            return out.toByteArray();
        }

        /// The wire has the y coordinate, little-endian, with the sign of x in its highest bit (RFC 8032).
        private static PublicKey publicKey(byte[] key) throws GeneralSecurityException {
            byte[] y = new byte[KEY_LENGTH];
            for (int i = 0; i < KEY_LENGTH; i++) {
                y[i] = key[KEY_LENGTH - 1 - i];
            }
            boolean xOdd = (y[0] & 0x80) != 0;
            y[0] &= 0x7f;
            EdECPoint point = new EdECPoint(xOdd, new BigInteger(1, y));
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Mutable that
                    && seq == that.seq
                    && Arrays.equals(key, that.key)
                    && Arrays.equals(salt, that.salt)
                    && Arrays.equals(signature, that.signature)
                    && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(signature);
        }
    }

    private static NodeId sha1(byte[] first, byte[] second) {
        MessageDigest digest = Sha1.newDigest();
        digest.update(first);
        digest.update(second);
        return NodeId.of(digest.digest());
    }
}
