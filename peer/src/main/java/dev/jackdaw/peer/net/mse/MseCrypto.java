package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Sha1;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/// The handshake's arithmetic: a 768-bit Diffie-Hellman group and SHA-1.
final class MseCrypto {
    /// Bytes of a public key and of the secret.
    static final int KEY_LENGTH = 96;
    /// Bytes of a hash.
    static final int HASH_LENGTH = 20;
    /// The most padding of any kind.
    static final int MAX_PAD = 512;
    /// The verification constant: 8 zeros.
    static final int VC_LENGTH = 8;

    private static final BigInteger PRIME = new BigInteger(
            "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                    + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
            16);
    private static final BigInteger GENERATOR = BigInteger.TWO;
    /// What the description recommends; more gives nothing in a group of this size.
    private static final int PRIVATE_KEY_BYTES = 20;

    private MseCrypto() {}

    static BigInteger privateKey(RandomGenerator random) {
        byte[] bytes = new byte[PRIVATE_KEY_BYTES];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes);
    }

    static byte[] publicKey(BigInteger privateKey) {
        return fixedLength(GENERATOR.modPow(privateKey, PRIME));
    }

    /// @throws ProtocolException if the other's key is one by which the secret could be guessed
    static byte[] secret(BigInteger privateKey, byte[] otherPublicKey) throws ProtocolException {
        BigInteger other = new BigInteger(1, otherPublicKey);
        if (other.compareTo(BigInteger.ONE) <= 0 || other.compareTo(PRIME.subtract(BigInteger.ONE)) >= 0) {
            throw new ProtocolException(Violation.BAD_VALUE, "public key outside the group");
        }
        return fixedLength(other.modPow(privateKey, PRIME));
    }

    static byte[] hash(String label, byte[]... parts) {
        MessageDigest sha1 = Sha1.newDigest();
        sha1.update(label.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            sha1.update(part);
        }
        return sha1.digest();
    }

    /// The stream from A to B.
    static Rc4 initiatorStream(byte[] secret, InfoHash skey) {
        return new Rc4(hash("keyA", secret, skey.toBytes()));
    }

    /// The stream from B to A.
    static Rc4 responderStream(byte[] secret, InfoHash skey) {
        return new Rc4(hash("keyB", secret, skey.toBytes()));
    }

    /// A hash that names the torrent, hidden from whoever does not know the secret; the same call shows it again.
    static byte[] mask(byte[] secret, byte[] skeyHash) {
        byte[] result = hash("req3", secret);
        for (int i = 0; i < result.length; i++) {
            result[i] ^= skeyHash[i];
        }
        return result;
    }

    static byte[] padding(RandomGenerator random) {
        byte[] padding = new byte[random.nextInt(MAX_PAD + 1)];
        random.nextBytes(padding);
        return padding;
    }

    private static byte[] fixedLength(BigInteger value) {
        byte[] bytes = value.toByteArray(); // perhaps with a zero in front, or short
        byte[] fixed = new byte[KEY_LENGTH];
        int length = Math.min(bytes.length, KEY_LENGTH);
        System.arraycopy(bytes, bytes.length - length, fixed, KEY_LENGTH - length, length);
        return fixed;
    }
}
