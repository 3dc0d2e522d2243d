package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.simulation.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NeighbourhoodsTest {
    private static Place place(int number, NodeId id) {
        Shard shard = new Shard(0, 1, null, 0, null);
        return new Place(NodeKind.ORDINARY, shard, number, new NodeContact(id, Addresses.of(number)));
    }

    private static List<Place> places(int count, RandomGenerator random, Neighbourhoods into) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(place(i, NodeId.random(random)));
            into.add(places.get(i));
        }
        return places;
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void theNearestAreThoseThatSortingAllByDistanceGives(Seed seed) {
        RandomGenerator random = seed.random("places");
        Neighbourhoods neighbourhoods = new Neighbourhoods(300);
        List<Place> places = places(300, random, neighbourhoods);
        NodeId target = NodeId.random(random);

        int[] expected = places.stream()
                .sorted((a, b) -> target.compareDistance(a.contact.id(), b.contact.id()))
                .mapToInt(place -> place.number)
                .limit(8)
                .toArray();

        assertArrayEquals(expected, neighbourhoods.nearest(target, 8, place -> true), seed::describe);
    }

    @Test
    void whoHasLeftOrDoesNotCountIsNotNear() {
        Neighbourhoods neighbourhoods = new Neighbourhoods(3);
        List<Place> places = places(3, new Seed(1).random("places"), neighbourhoods);
        NodeId target = places.get(0).contact.id();

        neighbourhoods.remove(places.get(0));

        assertArrayEquals(new int[] {2}, neighbourhoods.nearest(target, 8, place -> place.number != 1));
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void besideATargetIsWhoIsAsManyPlacesAwayAsRandomIdsAreFromWhereTheyShouldBe(Seed seed) {
        RandomGenerator random = seed.random("places");
        Neighbourhoods neighbourhoods = new Neighbourhoods(400);
        List<Place> places = places(400, random, neighbourhoods);
        places.sort(Comparator.comparing(place -> place.contact.id()));
        NodeId target = places.get(200).contact.id(); // half of the way: a standard deviation of 10

        double away = 0;
        for (int i = 0; i < 1_000; i++) {
            away += Math.abs(places.indexOf(neighbourhoods.beside(target, random)) - 200) / 1_000.0;
        }

        assertEquals(8, away, 1, seed::describe); // 10 √(2/π)
    }

    @Test
    void besideTheFirstOfAllIdsIsTheFirstNode() {
        RandomGenerator random = new Seed(1).random("places");
        Neighbourhoods neighbourhoods = new Neighbourhoods(100);
        List<Place> places = places(100, random, neighbourhoods);
        places.sort(Comparator.comparing(place -> place.contact.id()));

        assertEquals(places.getFirst(), neighbourhoods.beside(new NodeId(0, 0, 0), random));
        assertEquals(places.getLast(), neighbourhoods.beside(new NodeId(-1, -1, -1), random));
    }

    @Test
    void nobodyIsBesideATargetWhereNobodyIs() {
        RandomGenerator random = new Seed(1).random("places");
        Neighbourhoods neighbourhoods = new Neighbourhoods(16);
        List<Place> places = places(1, random, neighbourhoods);
        neighbourhoods.remove(Objects.requireNonNull(places.get(0)));

        assertNull(neighbourhoods.beside(new NodeId(5, 6, 7), random));
    }
}
