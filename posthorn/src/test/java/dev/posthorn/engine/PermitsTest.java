package dev.posthorn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.engine.Permits.Share;
import dev.posthorn.engine.Permits.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private final List<Share> granted = new ArrayList<>();

  private static Permits permits(int count) {
    return new Permits(
        new EngineLimits(count, 100, 16, 64, 1_000, 100, 0.5, 1_000, 1_000, 1_000), 1);
  }

  private Share share(Permits permits, Standing standing) {
    Share[] self = new Share[1];
    self[0] = new Share(() -> granted.add(self[0]));
    permits.standing(self[0], standing);
    return self[0];
  }

  /** Takes as many as there are with lanes of one each; returns those that got one. */
  private List<Share> drain(Permits permits, Standing standing) {
    List<Share> holders = new ArrayList<>();
    while (true) {
      Share share = share(permits, standing);
      if (!permits.take(share)) {
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
    for (Share share : drain(permits, Standing.GOOD)) {
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
    Share greedy = share(permits, Standing.GOOD);
    while (permits.take(greedy)) {
      // Takes all it can.
    }
    assertThat(greedy.held()).isEqualTo(1_000);
  }

  @Test
  void everyLaneGetsOneWhileFewerThanHalfAsManyTakeAllTheyCan() {
    Permits permits = permits(128);
    for (int i = 0; i < 64; i++) {
      Share greedy = share(permits, Standing.GOOD);
      assertThat(permits.take(greedy)).isTrue();
      while (permits.take(greedy)) {
        // Takes all it can.
      }
      permits.standing(greedy, Standing.POOR);
    }
    assertThat(permits.take(share(permits, Standing.GOOD))).isTrue();
  }

  @Test
  void aLaneThatHoldsItsPartAlreadyHasToWaitForOneOfItsOwn() {
    Permits permits = permits(4);
    Share greedy = share(permits, Standing.GOOD);
    while (permits.take(greedy)) {
      // Takes all it can.
    }
    permits.grant();
    assertThat(granted).isEmpty();
    permits.give(greedy);
    assertThat(permits.take(greedy)).isTrue();
  }

  @Test
  void aLaneInLineIsGrantedOneWhenOneIsGivenBack() {
    Permits permits = permits(4);
    List<Share> holders = drain(permits, Standing.GOOD);
    Share first = share(permits, Standing.GOOD);
    Share second = share(permits, Standing.GOOD);
    permits.take(first);
    permits.take(second);
    permits.grant();
    assertThat(granted).isEmpty();

    permits.give(holders.get(0));
    // The lane that filled them came before.
    permits.give(holders.get(1));
    permits.grant();
    assertThat(granted).contains(first).doesNotContain(second);
    assertThat(permits.take(second)).as("it is the first one's").isFalse();
    assertThat(permits.take(first)).isTrue();
  }

  @Test
  void whatALaneWasGrantedAndDidNotTakeGoesToTheNext() {
    Permits permits = permits(1);
    Share holder = share(permits, Standing.GOOD);
    permits.take(holder);
    Share first = share(permits, Standing.GOOD);
    Share second = share(permits, Standing.GOOD);
    permits.take(first);
    permits.take(second);
    permits.give(holder);
    permits.grant();
    permits.turned(first);
    permits.grant();
    assertThat(granted).containsExactly(first, second);
    assertThat(permits.take(second)).isTrue();
  }

  @Test
  void aLaneThatRecoversWhileItWaitsIsInTheOtherLine() {
    Permits permits = permits(16);
    drain(permits, Standing.POOR);
    Share recovered = share(permits, Standing.POOR);
    permits.take(recovered);
    permits.standing(recovered, Standing.GOOD);
    permits.grant();
    assertThat(granted).contains(recovered);
  }

  @Test
  void noStandingStarvesTheOthers() {
    Permits permits = permits(4);
    List<Share> holders = drain(permits, Standing.GOOD);
    Share poor = share(permits, Standing.POOR);
    permits.take(poor);
    for (int i = 0; i < 20; i++) {
      permits.take(share(permits, Standing.GOOD));
    }
    for (int i = 0; i < 3; i++) {
      permits.give(holders.get(i));
    }
    permits.grant();
    assertThat(granted).contains(poor);
  }

  /** Lanes come, take, give and change at random: the counts hold, and nobody waits for nothing. */
  @Test
  void theCountsHoldWhateverLanesDo() {
    Random random = new Random(7);
    for (int run = 0; run < 200; run++) {
      Permits permits = permits(1 + random.nextInt(20));
      List<Share> lanes = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        lanes.add(share(permits, any(random)));
      }
      for (int step = 0; step < 300; step++) {
        Share lane = lanes.get(random.nextInt(lanes.size()));
        switch (random.nextInt(4)) {
          case 0, 1 -> permits.take(lane);
          case 2 -> {
            if (lane.held() > 0) {
              permits.give(lane);
            }
          }
          default -> permits.standing(lane, any(random));
        }
        permits.grant();
        for (Share woken : List.copyOf(granted)) {
          if (random.nextInt(3) > 0) {
            assertThat(permits.take(woken)).isTrue();
          }
          permits.turned(woken);
        }
        granted.clear();
      }
      for (Share lane : lanes) {
        while (lane.held() > 0) {
          permits.give(lane);
        }
      }
      for (int turn = 0; turn < 100; turn++) {
        permits.grant();
        List.copyOf(granted).forEach(permits::turned);
        granted.clear();
      }
      assertThat(permits.inUse()).isZero();
      permits.grant();
      assertThat(granted).as("nobody waits while all are free").isEmpty();
    }
  }
}
