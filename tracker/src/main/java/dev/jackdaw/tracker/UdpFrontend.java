package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;

/// UDP announces and scrapes (BEP 15), read and answered in place; one for each socket, on its event loop.
///
/// The packets are those of [UdpTrackerCodec], but fields are taken from the receive buffer and put into the send
/// buffer without values in between: this is the path that decides how many announces a core can answer.
///
/// Nobody gets more bytes than they sent before they have shown, by a connection id, that they receive at the address
/// they send from. What is not a whole request is not answered at all.
final class UdpFrontend extends ChannelInboundHandlerAdapter {
    private static final int CONNECT = 0;
    private static final int ANNOUNCE = 1;
    private static final int SCRAPE = 2;
    private static final int ERROR = 3;

    private static final int HEAD = 16;
    private static final int ANNOUNCE_LENGTH = 98;
    private static final int ANNOUNCED_HEAD = 20;
    private static final int COUNTS_LENGTH = 12;

    // offsets in an announce
    private static final int INFO_HASH = 16;
    private static final int DOWNLOADED = 56;
    private static final int UPLOADED = 72;
    private static final int LEFT = 64;
    private static final int EVENT = 80;
    private static final int NUM_WANT = 92;
    private static final int PORT = 96;

    private static final AnnounceEvent[] EVENTS = AnnounceEvent.values();

    private final AnnounceService service;
    private final ConnectionIds connectionIds;
    private final Ticker ticker;
    private final Counters counters;
    private final Announcement announcement = new Announcement();

    UdpFrontend(AnnounceService service, ConnectionIds connectionIds, Ticker ticker, Counters counters) {
        this.service = service;
        this.connectionIds = connectionIds;
        this.ticker = ticker;
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof DatagramPacket packet)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            if (!answer(context, packet.content(), packet.sender())) {
                counters.refused(Counters.Protocol.UDP, Counters.Refusal.MALFORMED)
                        .increment();
            }
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    /// Errors of a UDP socket are about single packets.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.getLogger(UdpFrontend.class.getName()).log(System.Logger.Level.DEBUG, "UDP socket", cause);
    }

    /// @return whether it was a good request
    private boolean answer(ChannelHandlerContext context, ByteBuf in, InetSocketAddress sender) {
        if (in.readableBytes() < HEAD
                || sender.getPort() == 0
                || !context.channel().isWritable()) {
            return false;
        }
        int at = in.readerIndex();
        long connectionId = in.getLong(at);
        int action = in.getInt(at + 8);
        int transactionId = in.getInt(at + 12);
        announcement.source(sender.getAddress());
        long now = ticker.nanos();
        if (action == CONNECT) {
            if (connectionId != UdpTrackerCodec.PROTOCOL_ID) {
                return false;
            }
            ByteBuf out = reply(context, 16, CONNECT, transactionId);
            out.writeLong(connectionIds.issue(announcement.high, announcement.low, now));
            return send(context, out, sender);
        }
        boolean whole = switch (action) {
            case ANNOUNCE -> in.readableBytes() >= ANNOUNCE_LENGTH;
            case SCRAPE -> in.readableBytes() >= HEAD + 20;
            default -> false;
        };
        if (!whole) {
            return false;
        }
        if (!connectionIds.verify(connectionId, announcement.high, announcement.low, now)) {
            refuse(context, sender, transactionId, "unknown connection id");
            return false;
        }
        return action == ANNOUNCE
                ? announce(context, in, at, transactionId, sender, now)
                : scrape(context, in, at, transactionId, sender);
    }

    private boolean announce(
            ChannelHandlerContext context, ByteBuf in, int at, int transactionId, InetSocketAddress sender, long now) {
        Announcement asked = announcement;
        asked.infoHash(in.getLong(at + INFO_HASH), in.getLong(at + INFO_HASH + 8), in.getInt(at + INFO_HASH + 16));
        asked.downloaded = Math.max(0, in.getLong(at + DOWNLOADED));
        asked.left = in.getLong(at + LEFT);
        asked.uploaded = Math.max(0, in.getLong(at + UPLOADED));
        int event = in.getInt(at + EVENT);
        asked.event = event >= 0 && event < EVENTS.length ? EVENTS[event] : AnnounceEvent.NONE;
        asked.numWant = in.getInt(at + NUM_WANT);
        asked.port = in.getUnsignedShort(at + PORT);
        if (asked.port == 0) {
            refuse(context, sender, transactionId, "port 0");
            return false;
        }
        if (service.announce(asked, now) instanceof AnnouncePolicy.Refused refused) {
            refuse(context, sender, transactionId, refused.reason());
            return false;
        }
        int length = asked.count * asked.family.compactLength;
        ByteBuf out = reply(context, ANNOUNCED_HEAD + length, ANNOUNCE, transactionId)
                .writeInt(service.interval())
                .writeInt(asked.leechers)
                .writeInt(asked.seeders)
                .writeBytes(asked.peers, 0, length);
        counters.announces(Counters.Protocol.UDP, asked.family, asked.event).increment();
        return send(context, out, sender);
    }

    private boolean scrape(
            ChannelHandlerContext context, ByteBuf in, int at, int transactionId, InetSocketAddress sender) {
        int hashes = Math.min((in.readableBytes() - HEAD) / 20, UdpTrackerCodec.MAX_SCRAPE);
        ByteBuf out = reply(context, 8 + hashes * COUNTS_LENGTH, SCRAPE, transactionId);
        for (int i = 0; i < hashes; i++) {
            int hash = at + HEAD + i * 20;
            announcement.infoHash(in.getLong(hash), in.getLong(hash + 8), in.getInt(hash + 16));
            service.scrape(announcement);
            out.writeInt(announcement.seeders).writeInt(announcement.completed).writeInt(announcement.leechers);
        }
        return send(context, out, sender);
    }

    private static void refuse(ChannelHandlerContext context, InetSocketAddress to, int transactionId, String reason) {
        ByteBuf out = reply(context, 8 + reason.length(), ERROR, transactionId);
        ByteBufUtil.writeAscii(out, reason);
        send(context, out, to);
    }

    private static ByteBuf reply(ChannelHandlerContext context, int length, int action, int transactionId) {
        return context.alloc().ioBuffer(length, length).writeInt(action).writeInt(transactionId);
    }

    private static boolean send(ChannelHandlerContext context, ByteBuf out, InetSocketAddress to) {
        var _ = context.write(new DatagramPacket(out, to), context.voidPromise());
        return true;
    }
}
