package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.lane.Permits.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final EngineLimits LIMITS =
      EngineLimits.forHeap(0).toBuilder()
          .window(100)
          .hotRows(1_000)
          .laneHotRows(100)
          .bodyBytes(1_000)
          .acceptBytes(1_000)
          .maxPayloadSize(1_000)
          .build();

  private final List<PermitShare> granted = new ArrayList<>();

  /** Each lane is of an application of its own. */
  private long applications;

  private static Permits permits(int count) {
    return new Permits(LIMITS.toBuilder().maxInFlight(count).build(), 1);
  }

  private PermitShare share(Permits permits, Standing standing) {
    PermitShare[] self = new PermitShare[1];
    self[0] = new PermitShare(applications++, () -> granted.add(self[0]));
    permits.standing(self[0], standing);
    return self[0];
  }

  /** Takes as many as there are with lanes of one each; returns those that got one. */
  private List<PermitShare> drain(Permits permits, Standing standing) {
    List<PermitShare> holders = new ArrayList<>();
    while (true) {
      PermitShare share = share(permits, standing);
      if (!permits.take(share, 0)) {
        return holders;
      }
      holders.add(share);
    }
  }

  private static Standing any(Random random) {
    List<Standing> all = List.of(Standing.values());
    return all.get(random.nextInt(all.size()));
  }

  @Test
  void thereAreNeverMoreThanConfiguredHoweverLanesChange() {
    Permits permits = permits(16);
    for (PermitShare share : drain(permits, Standing.GOOD)) {
      permits.standing(share, Standing.POOR);
    }
    assertThat(drain(permits, Standing.GOOD)).isEmpty();
    assertThat(permits.inUse()).isEqualTo(16);
  }

  @Test
  void lanesThatAreSlowOrNewLeaveHalfToThoseThatDoWell() {
    Permits permits = permits(16);
    assertThat(drain(permits, Standing.POOR)).hasSize(6);
    assertThat(drain(permits, Standing.NEW)).hasSize(2);
    assertThat(drain(permits, Standing.GOOD)).hasSize(8);
  }

  @Test
  void newLanesMayHaveAllOfTheShareAndSlowOnesNot() {
    assertThat(drain(permits(16), Standing.NEW)).hasSize(8);
    assertThat(drain(permits(16), Standing.POOR)).hasSize(6);
  }

  @Test
  void oneOfEachStandingGetsOneHoweverFewThereAre() {
    for (Standing standing : Standing.values()) {
      assertThat(drain(permits(1), standing)).hasSize(1);
    }
  }

  @Test
  void aLaneHoldsAThirdAtMost() {
    Permits permits = permits(3_000);
    PermitShare greedy = share(permits, Standing.GOOD);
    while (permits.take(greedy, 0)) {
      // Takes all it can.
    }
    assertThat(greedy.held()).isEqualTo(1_000);
  }

  @Test
  void everyLaneGetsOneWhileFewerThanHalfAsManyTakeAllTheyCan() {
    Permits permits = permits(128);
    for (int i = 0; i < 64; i++) {
      PermitShare greedy = share(permits, Standing.GOOD);
      assertThat(permits.take(greedy, 0)).isTrue();
      while (permits.take(greedy, 0)) {
        // Takes all it can.
      }
      permits.standing(greedy, Standing.POOR);
    }
    assertThat(permits.take(share(permits, Standing.GOOD), 0)).isTrue();
  }

  @Test
  void aLaneThatHoldsItsPartAlreadyHasToWaitForOneOfItsOwn() {
    Permits permits = permits(4);
    PermitShare greedy = share(permits, Standing.GOOD);
    while (permits.take(greedy, 0)) {
      // Takes all it can.
    }
    permits.grant();
    assertThat(granted).isEmpty();
    permits.give(greedy, 0);
    assertThat(permits.take(greedy, 0)).isTrue();
  }

  @Test
  void aLaneInLineIsGrantedOneWhenOneIsGivenBack() {
    Permits permits = permits(4);
    List<PermitShare> holders = drain(permits, Standing.GOOD);
    PermitShare first = share(permits, Standing.GOOD);
    PermitShare second = share(permits, Standing.GOOD);
    permits.take(first, 0);
    permits.take(second, 0);
    permits.grant();
    assertThat(granted).isEmpty();

    permits.give(holders.get(0), 0);
    // The lane that filled them came before.
    permits.give(holders.get(1), 0);
    permits.grant();
    assertThat(granted).contains(first).doesNotContain(second);
    assertThat(permits.take(second, 0)).as("it is the first one's").isFalse();
    assertThat(permits.take(first, 0)).isTrue();
  }

  @Test
  void whatALaneWasGrantedAndDidNotTakeGoesToTheNext() {
    Permits permits = permits(1);
    PermitShare holder = share(permits, Standing.GOOD);
    permits.take(holder, 0);
    PermitShare first = share(permits, Standing.GOOD);
    PermitShare second = share(permits, Standing.GOOD);
    permits.take(first, 0);
    permits.take(second, 0);
    permits.give(holder, 0);
    permits.grant();
    permits.turned(first);
    permits.grant();
    assertThat(granted).containsExactly(first, second);
    assertThat(permits.take(second, 0)).isTrue();
  }

  @Test
  void aLaneThatRecoversWhileItWaitsIsInTheOtherLine() {
    Permits permits = permits(16);
    drain(permits, Standing.POOR);
    PermitShare recovered = share(permits, Standing.POOR);
    permits.take(recovered, 0);
    permits.standing(recovered, Standing.GOOD);
    permits.grant();
    assertThat(granted).contains(recovered);
  }

  // ---- bytes -----------------------------------------------------------------------------------

  /** Room for 1,000 KB of small payloads and as many of large ones, and permits for all. */
  private static Permits room() {
    return new Permits(
        LIMITS.toBuilder().maxInFlight(8_000).window(1_000).bodyBytes(4_000_000).build(), 1);
  }

  /** Takes as many as there are with lanes of one each, whose payloads have so many bytes. */
  private long takeAll(Permits permits, Standing standing, long bytes) {
    long taken = 0;
    while (permits.take(share(permits, standing), bytes)) {
      taken += bytes;
    }
    return taken;
  }

  @Test
  void lanesThatHangWithLargePayloadsLeaveHalfOfTheBytes() {
    Permits permits = room();
    assertThat(takeAll(permits, Standing.POOR, 100_000)).isEqualTo(300_000);
    assertThat(takeAll(permits, Standing.NEW, 100_000)).isEqualTo(200_000);
    assertThat(takeAll(permits, Standing.GOOD, 100_000)).isEqualTo(500_000);
    assertThat(permits.bytesInUse()).isEqualTo(1_000_000);
  }

  @Test
  void smallPayloadsNeverWaitForLargeOnes() {
    Permits permits = room();
    takeAll(permits, Standing.GOOD, 100_000);
    takeAll(permits, Standing.NEW, 100_000);
    for (Standing standing : Standing.values()) {
      assertThat(permits.take(share(permits, standing), 1_000)).isTrue();
    }
  }

  @Test
  void aPayloadThatIsLargerThanAllOfTheRoomGoesAloneAndOnlyOnce() {
    Permits permits = room();
    PermitShare large = share(permits, Standing.NEW);
    assertThat(permits.take(large, 5_000_000)).isTrue();
    permits.standing(large, Standing.POOR);
    PermitShare other = share(permits, Standing.NEW);
    assertThat(permits.take(other, 5_000_000)).isFalse();
    permits.grant();
    assertThat(granted).isEmpty();

    permits.give(large, 5_000_000);
    permits.grant();
    assertThat(granted).containsExactly(other);
    assertThat(permits.take(other, 5_000_000)).isTrue();
  }

  @Test
  void aLargePayloadIsNotOvertakenForEver() {
    Permits permits = room();
    PermitShare[] holders = new PermitShare[10];
    for (int i = 0; i < 10; i++) {
      holders[i] = share(permits, Standing.GOOD);
      assertThat(permits.take(holders[i], 100_000)).isTrue();
    }
    PermitShare large = share(permits, Standing.GOOD);
    assertThat(permits.take(large, 900_000)).isFalse();
    for (int i = 0; i < 9; i++) {
      permits.give(holders[i], 100_000);
      permits.grant();
      assertThat(permits.take(holders[i], 100_000)).as("it is behind the large one").isFalse();
    }
    assertThat(granted).contains(large);
    assertThat(permits.take(large, 900_000)).isTrue();
  }

  @Test
  void aLaneWhoseNextDeliveryIsAnotherOneWaitsInTheOtherLine() {
    Permits permits = room();
    takeAll(permits, Standing.POOR, 100_000);
    PermitShare share = share(permits, Standing.POOR);
    assertThat(permits.take(share, 100_000)).isFalse();
    assertThat(permits.take(share, 1_000)).isTrue();
    permits.give(share, 1_000);
    permits.grant();
    assertThat(granted).doesNotContain(share);
  }

  @Test
  void noStandingStarvesTheOthers() {
    Permits permits = permits(4);
    List<PermitShare> holders = drain(permits, Standing.GOOD);
    PermitShare poor = share(permits, Standing.POOR);
    permits.take(poor, 0);
    for (int i = 0; i < 20; i++) {
      permits.take(share(permits, Standing.GOOD), 0);
    }
    for (int i = 0; i < 3; i++) {
      permits.give(holders.get(i), 0);
    }
    permits.grant();
    assertThat(granted).contains(poor);
  }

  /** Lanes come, take, give and change at random: the counts hold, and nobody waits for nothing. */
  @Test
  void theCountsHoldWhateverLanesDo() {
    for (int seed = 0; seed < 200; seed++) {
      new RandomRun(new Random(seed)).run();
    }
  }

  /** Payloads of up to 4,000 bytes and room for 10,000 small and 10,000 large ones. */
  private final class RandomRun {
    private static final long LARGEST = 4_000;
    private static final long ROOM = 10_000;

    private final Random random;
    private final Permits permits;
    private final List<PermitShare> lanes = new ArrayList<>();
    private final Map<PermitShare, List<Long>> held = new HashMap<>();
    private final Map<PermitShare, Long> wanted = new HashMap<>();

    RandomRun(Random random) {
      this.random = random;
      int count = 1 + random.nextInt(20);
      permits = new Permits(LIMITS.toBuilder().maxInFlight(count).bodyBytes(4 * ROOM).build(), 1);
      for (int i = 0; i < 30; i++) {
        lanes.add(share(permits, any(random)));
      }
    }

    void run() {
      for (int step = 0; step < 300; step++) {
        PermitShare lane = lanes.get(random.nextInt(lanes.size()));
        switch (random.nextInt(4)) {
          case 0, 1 -> take(lane, random.nextLong(random.nextBoolean() ? 100 : LARGEST));
          case 2 -> give(lane);
          default -> permits.standing(lane, any(random));
        }
        turns();
        assertThat(permits.bytesInUse()).isEqualTo(sum()).isLessThan(2 * ROOM + LARGEST + 400);
      }
      lanes.forEach(
          lane -> {
            while (!held(lane).isEmpty()) {
              give(lane);
            }
          });
      for (int turn = 0; turn < 100; turn++) {
        permits.grant();
        List.copyOf(granted).forEach(permits::turned);
        granted.clear();
      }
      assertThat(permits.inUse()).isZero();
      assertThat(permits.bytesInUse()).isZero();
      permits.grant();
      assertThat(granted).as("nobody waits while all are free").isEmpty();
    }

    private void turns() {
      permits.grant();
      for (PermitShare woken : List.copyOf(granted)) {
        if (random.nextInt(3) > 0) {
          assertThat(take(woken, wanted.getOrDefault(woken, 0L))).isTrue();
        }
        permits.turned(woken);
      }
      granted.clear();
    }

    private boolean take(PermitShare lane, long bytes) {
      wanted.put(lane, bytes);
      boolean taken = permits.take(lane, bytes);
      if (taken) {
        held(lane).add(bytes);
      }
      return taken;
    }

    private void give(PermitShare lane) {
      List<Long> bytes = held(lane);
      if (!bytes.isEmpty()) {
        permits.give(lane, bytes.removeLast());
      }
    }

    private List<Long> held(PermitShare lane) {
      return held.computeIfAbsent(lane, l -> new ArrayList<>());
    }

    private long sum() {
      return held.values().stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
    }
  }
}
