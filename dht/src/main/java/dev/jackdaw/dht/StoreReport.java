package dev.jackdaw.dht;

/// How storing something went.
///
/// @param stored  nodes that took it
/// @param refusal the number of the last refusal (BEP 5, BEP 44: 301 for a mismatched `cas`, 302 for an
///     outdated `seq`), 0 if there was none
/// @param asked   nodes asked on the way
public record StoreReport(int stored, int refusal, int asked) {}
