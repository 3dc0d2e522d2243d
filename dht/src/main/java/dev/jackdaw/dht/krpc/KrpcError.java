package dev.jackdaw.dht.krpc;

/// The numbers of failures (BEP 5, "Errors"; BEP 44, "Errors").
public final class KrpcError {
    public static final int GENERIC = 201;
    /// The node cannot do it now.
    public static final int SERVER = 202;
    /// A malformed query, invalid arguments or a bad token.
    public static final int PROTOCOL = 203;
    public static final int METHOD_UNKNOWN = 204;
    /// The value is longer than 1000 bytes.
    public static final int VALUE_TOO_BIG = 205;
    public static final int INVALID_SIGNATURE = 206;
    /// The salt is longer than 64 bytes.
    public static final int SALT_TOO_BIG = 207;
    /// What is stored is not what `cas` says: to be read again.
    public static final int CAS_MISMATCH = 301;
    /// What is stored is as new or newer.
    public static final int SEQUENCE_TOO_LOW = 302;

    private KrpcError() {}
}
