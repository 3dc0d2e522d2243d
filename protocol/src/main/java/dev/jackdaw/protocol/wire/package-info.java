/// The peer wire protocol (BEP 3, 6, 9, 10, 11, 21, 54, 55): the [Handshake], one record per message under
/// [PeerMessage], their codec, and the payloads of the extensions.
package dev.jackdaw.protocol.wire;
