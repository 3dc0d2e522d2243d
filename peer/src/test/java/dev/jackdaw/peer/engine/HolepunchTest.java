package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.HolepunchMessage;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PexMessage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HolepunchTest {
    private final World world = new World(8 * 64 * 1024, 64 * 1024);
    private static final PeerAddress HIDDEN = PeerAddress.of(new byte[] {(byte) 198, 51, 100, 77}, 7000);

    /// A peer that takes these extensions, under their usual ids, and keeps what it hears of holepunching.
    private final class Party extends World.ScriptedPeer {
        final Set<Extension> extensions;
        final List<HolepunchMessage> heard = new ArrayList<>();
        World.Wire wire;

        Party(Set<Extension> extensions) {
            world.super();
            this.extensions = extensions;
        }

        @Override
        void greet(World.Wire opened) {
            wire = opened;
            wire.send(new PeerMessage.HaveNone());
            ExtensionHandshake handshake = new ExtensionHandshake(
                    Extension.offer(extensions),
                    Optional.empty(),
                    OptionalInt.of(address.port()),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    false);
            wire.send(new PeerMessage.Extended(ExtensionHandshake.ID, handshake.write()));
        }

        void say(HolepunchMessage message) {
            wire.send(new PeerMessage.Extended(Extension.HOLEPUNCH.localId(), message.write()));
        }

        void tellOf(PeerAddress other, int flags) {
            PexMessage message = new PexMessage(List.of(new PexMessage.Contact(other, flags)), List.of());
            wire.send(new PeerMessage.Extended(Extension.PEX.localId(), message.write()));
        }

        @Override
        void extended(World.Wire from, int id, byte[] payload) {
            if (id == Extension.HOLEPUNCH.localId()) {
                try {
                    heard.add(HolepunchMessage.read(payload));
                } catch (ProtocolException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private Party party(Extension... extensions) {
        Set<Extension> set = EnumSet.noneOf(Extension.class);
        set.addAll(List.of(extensions));
        return new Party(set);
    }

    @Test
    void asRelayTellsBothToDialEachOther() {
        World.Node relay = world.leecher();
        Party initiator = party(Extension.HOLEPUNCH);
        Party target = party(Extension.HOLEPUNCH);
        relay.knows(initiator, target);
        world.run(1);

        initiator.say(HolepunchMessage.rendezvous(target.address()));
        world.run(1);

        assertEquals(List.of(HolepunchMessage.connect(target.address())), initiator.heard);
        assertEquals(List.of(HolepunchMessage.connect(initiator.address())), target.heard);
    }

    @Test
    void asRelaySaysWhyItCannotBe() {
        World.Node relay = world.leecher();
        PeerAddress ours = PeerAddress.of(new byte[] {(byte) 203, 0, 113, 5}, 6881);
        relay.handle(new TorrentEvent.ExternalAddressKnown(ours));
        Party initiator = party(Extension.HOLEPUNCH);
        Party plain = party(Extension.PEX);
        relay.knows(initiator, plain);
        world.run(1);

        initiator.say(HolepunchMessage.rendezvous(HIDDEN));
        initiator.say(HolepunchMessage.rendezvous(plain.address()));
        initiator.say(HolepunchMessage.rendezvous(ours));
        initiator.say(HolepunchMessage.rendezvous(HIDDEN.withPort(0)));
        world.run(1);

        assertEquals(
                List.of(
                        HolepunchMessage.failed(HIDDEN, HolepunchMessage.Failure.NOT_CONNECTED),
                        HolepunchMessage.failed(plain.address(), HolepunchMessage.Failure.NO_SUPPORT),
                        HolepunchMessage.failed(ours, HolepunchMessage.Failure.NO_SELF),
                        HolepunchMessage.failed(HIDDEN.withPort(0), HolepunchMessage.Failure.NO_SUCH_PEER)),
                initiator.heard);
        assertTrue(plain.heard.isEmpty());
    }

    @Test
    void ignoresAPeerThatDoesNotTakePartItself() {
        World.Node relay = world.leecher();
        Party initiator = party(Extension.PEX);
        Party target = party(Extension.HOLEPUNCH);
        relay.knows(initiator, target);
        world.run(1);

        initiator.say(HolepunchMessage.rendezvous(target.address()));
        world.run(1);

        assertTrue(initiator.heard.isEmpty() && target.heard.isEmpty());
        assertTrue(initiator.closed.isEmpty());
    }

    @Test
    void asInitiatorAsksOnceWhoeverToldOfAPeerThatCannotBeDialled() {
        World.Node initiator = world.leecher();
        Party relay = party(Extension.PEX, Extension.HOLEPUNCH);
        initiator.knows(relay);
        world.run(1);

        relay.tellOf(HIDDEN, PeerExchange.FLAG_HOLEPUNCH);
        world.run(120);

        assertEquals(List.of(HolepunchMessage.rendezvous(HIDDEN)), relay.heard);
    }

    @Test
    void dialsOverUtpWhenTheRelaySaysSo() {
        World.Node target = world.leecher();
        Party relay = party(Extension.HOLEPUNCH);
        Party initiator = party(Extension.HOLEPUNCH);
        target.knows(relay);
        world.run(1);

        relay.say(HolepunchMessage.connect(initiator.address()));
        world.run(1);
        relay.say(HolepunchMessage.connect(initiator.address())); // connected by now
        world.run(1);

        List<TorrentEffect.Connect> dials = target.effects(TorrentEffect.Connect.class).stream()
                .filter(connect -> connect.address().equals(initiator.address()))
                .toList();
        assertEquals(
                List.of(PeerSource.HOLEPUNCH),
                dials.stream().map(TorrentEffect.Connect::source).toList());
    }

    @Test
    void aRelayOnTheInternetCannotMakeUsDialOurOwnNetwork() {
        World.Node target = world.leecher();
        Party relay = party(Extension.HOLEPUNCH);
        target.knows(relay);
        world.run(1);

        relay.say(HolepunchMessage.connect(PeerAddress.of(new byte[] {(byte) 192, (byte) 168, 0, 1}, 80)));
        world.run(1);

        assertEquals(1, target.effects(TorrentEffect.Connect.class).size());
    }

    @Test
    void isNotOfferedWithoutUtp() {
        EngineConfig base = World.config();
        World.Node node = world.leecher(
                new EngineConfig(base.peerId(), base.port(), base.clientName(), false, false, true, 80, 50, 8));
        Party peer = party(Extension.HOLEPUNCH);
        node.knows(peer);
        world.run(1);

        Map<Extension, Integer> offered = peer.received(PeerMessage.Extended.class).stream()
                .filter(message -> message.id() == ExtensionHandshake.ID)
                .map(message -> read(message.payload()).ids())
                .findFirst()
                .orElseThrow();
        assertEquals(Set.of(Extension.METADATA, Extension.PEX, Extension.DONT_HAVE), offered.keySet());
    }

    private static ExtensionHandshake read(byte[] payload) {
        try {
            return ExtensionHandshake.read(payload);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }
}
