/// Where sockets and threads are: event loops, the driver that performs an engine's effects, the Netty pipeline.
package dev.jackdaw.peer.net;
