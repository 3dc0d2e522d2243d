/// The uTorrent transport protocol (BEP 29): reliable streams over UDP that give way to other traffic.
///
/// [dev.jackdaw.peer.utp.UtpConnection] opens, closes and writes packets, and knows neither sockets nor clocks: what
/// may be in flight and what was lost is decided by its [dev.jackdaw.peer.utp.UtpSender]; what comes is put in order,
/// and the peer told of it, as its [dev.jackdaw.peer.utp.UtpReceiver] says. [dev.jackdaw.peer.utp.DatagramPort] is the
/// UDP edge, [dev.jackdaw.peer.utp.UtpSocket] the table between the two, all on one event loop.
/// [dev.jackdaw.peer.utp.UtpChannel] is a Netty channel on any loop, so that the pipeline of a TCP connection runs on
/// it unchanged; [dev.jackdaw.peer.utp.UtpLink] is where the two loops meet, handing over bytes in batches.
///
/// Bytes are copied once in each direction: a write is cut into packets in a [dev.jackdaw.peer.utp.PacketTrain], laid
/// out as it leaves, header space before each payload, so that a run of packets is one system call (GSO) and a
/// retransmission copies nothing; received payloads are joined into large buffers for the decoder.
package dev.jackdaw.peer.utp;
