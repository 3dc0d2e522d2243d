package dev.jackdaw.dht;

import dev.jackdaw.dht.krpc.KrpcError;

/// How storing something went.
///
/// @param stored  nodes that took it
/// @param refusal the number of the last refusal (BEP 5, BEP 44: 301 for a mismatched `cas`, 302 for an
///     outdated `seq`), 0 if there was none
/// @param asked   nodes asked on the way
public record StoreReport(int stored, int refusal, int asked) {
    /// A refusal: what is there has another number than `cas` (BEP 44).
    public static final int CAS_MISMATCH = KrpcError.CAS_MISMATCH;
    /// A refusal: what is there is as new or newer (BEP 44).
    public static final int SEQUENCE_TOO_LOW = KrpcError.SEQUENCE_TOO_LOW;
}
