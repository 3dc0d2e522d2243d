package dev.jackdaw.peer.net.mse;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/// What happens to the bytes after the handshake.
public enum CryptoMethod {
    /// They go as they are: only the handshake was hidden.
    PLAINTEXT(1),
    RC4(2);

    private final int bit;

    CryptoMethod(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }

    static int toBits(Collection<CryptoMethod> methods) {
        int bits = 0;
        for (CryptoMethod method : methods) {
            bits |= method.bit;
        }
        return bits;
    }

    /// The methods among the bits; other bits are for methods that nobody has defined.
    static Set<CryptoMethod> ofBits(int bits) {
        Set<CryptoMethod> methods = EnumSet.noneOf(CryptoMethod.class);
        for (CryptoMethod method : values()) {
            if ((bits & method.bit) != 0) {
                methods.add(method);
            }
        }
        return methods;
    }
}
