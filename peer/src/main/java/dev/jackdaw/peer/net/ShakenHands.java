package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/// A connection on which both handshakes were exchanged, with `autoRead` off and nothing in the pipeline, or only an
/// [EncryptedStream].
///
/// @param address   the remote end
/// @param handshake the peer's
/// @param buffers   sizes the channel's reads
/// @param leftover  what came after the peer's handshake, decrypted; whoever takes the connection over releases it
record ShakenHands(
        Channel channel, PeerAddress address, Handshake handshake, ReceiveBuffers buffers, ByteBuf leftover) {}
