/// Message stream encryption (MSE, "protocol encryption"): a handshake that hides what protocol is spoken, and RC4 for
/// what follows. There is no BEP for it; clients agree on the description that Azureus published.
///
/// It obscures, it does not protect: nobody is authenticated, and RC4 is broken. Without sockets or clocks:
/// [MseInitiator] and [MseResponder] take bytes and give bytes, whoever drives them sets the deadline.
///
/// | step | direction | bytes |
/// |---|---|---|
/// | 1 | A → B | `Ya`, 0–512 of padding |
/// | 2 | B → A | `Yb`, 0–512 of padding |
/// | 3 | A → B | `HASH('req1', S)`, `HASH('req2', SKEY) xor HASH('req3', S)`, encrypted: 8 zeros, what A can, padding,
/// first payload |
/// | 4 | B → A | encrypted: 8 zeros, what B chose, padding; then payload |
///
/// `S` is the shared secret, `SKEY` the info-hash.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.peer.net.mse;
