package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.lane.Permits.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PermitsOfApplicationsTest {
  private final List<PermitShare> granted = new ArrayList<>();
  private long applications;

  /** Returns so many permits, and room for 1,000 KB of small payloads. */
  private static Permits permits(int count) {
    return new Permits(
        EngineLimits.forHeap(0).toBuilder().maxInFlight(count).bodyBytes(4_000_000).build(), 1);
  }

  private PermitShare share(Permits permits, Standing standing, long application) {
    PermitShare[] self = new PermitShare[1];
    self[0] = new PermitShare(application, () -> granted.add(self[0]));
    permits.standing(self[0], standing);
    return self[0];
  }

  private static List<PermitShare> drain(
      Permits permits, long bytes, Supplier<PermitShare> nextShare) {
    List<PermitShare> holders = new ArrayList<>();
    for (PermitShare share = nextShare.get(); permits.take(share, bytes); share = nextShare.get()) {
      holders.add(share);
    }
    return holders;
  }

  /** Takes as many as there are with lanes of one application; returns those that got one. */
  private List<PermitShare> drain(
      Permits permits, Standing standing, long application, long bytes) {
    return drain(permits, bytes, () -> share(permits, standing, application));
  }

  /** Takes as many as there are with lanes of an application each; returns those that got one. */
  private List<PermitShare> drainEach(Permits permits) {
    return drain(permits, 0, () -> share(permits, Standing.GOOD, applications++));
  }

  @Test
  void anApplicationThatHoldsMuchLeavesSomeToOthers() {
    Permits permits = permits(320);
    assertThat(drain(permits, Standing.GOOD, -1, 0)).hasSize(280);
    for (int i = 0; i < 10; i++) {
      assertThat(permits.take(share(permits, Standing.GOOD, -2), 0)).isTrue();
    }
  }

  @Test
  void anApplicationThatHoldsMuchLeavesSomeRoomForSmallPayloads() {
    Permits permits = permits(8_000);
    drain(permits, Standing.GOOD, -1, 30_000);
    assertThat(permits.bytesInUse()).isBetween(840_000L, 875_000L);
    drain(permits, Standing.GOOD, -2, 30_000);
    assertThat(permits.bytesInUse()).as("and others have that").isBetween(900_000L, 935_000L);
    assertThat(permits.take(share(permits, Standing.GOOD, -3), 30_000)).isTrue();
  }

  @Test
  void nobodyWaitsForTheCrowdOfAnotherApplication() {
    Permits permits = permits(32);
    List<PermitShare> holders = drainEach(permits);
    for (int i = 0; i < 100; i++) {
      permits.take(share(permits, Standing.GOOD, -1), 0);
    }
    PermitShare other = share(permits, Standing.GOOD, -2);
    assertThat(permits.take(other, 0)).isFalse();

    permits.give(holders.get(0), 0);
    permits.give(holders.get(1), 0);
    permits.give(holders.get(2), 0);
    permits.grant();
    assertThat(granted).hasSize(3).contains(other);
  }

  @Test
  void whoeverHoldsLittlePassesAnApplicationThatHoldsMuchAndWaits() {
    Permits permits = permits(160);
    List<PermitShare> holders = drain(permits, Standing.GOOD, -1, 0);
    PermitShare greedy = share(permits, Standing.GOOD, -1);
    assertThat(permits.take(greedy, 0)).isFalse();
    List<PermitShare> others = drainEach(permits);

    permits.give(others.getFirst(), 0);
    permits.grant();
    assertThat(granted).hasSize(1).doesNotContain(greedy);
    holders.forEach(holder -> permits.give(holder, 0));
    permits.grant();
    assertThat(granted).as("it waits no longer than its application holds much").contains(greedy);
  }

  @Test
  void aPermitWhoseExchangeHasEndedDoesNotKeepItsLaneFromTheNext() {
    Permits permits = permits(64);
    for (int i = 0; i < 40; i++) {
      permits.take(share(permits, Standing.GOOD, applications++), 100);
    }
    PermitShare lane = share(permits, Standing.GOOD, applications++);
    assertThat(permits.take(lane, 100)).isTrue();
    assertThat(permits.take(lane, 100)).as("more than half are in use").isFalse();
    permits.ended(lane, 100);
    assertThat(permits.take(lane, 100)).as("its outcome is being stored").isTrue();
    assertThat(permits.take(lane, 100)).isFalse();
    assertThat(permits.inUse()).isEqualTo(42);

    permits.giveEnded(lane, 100);
    permits.give(lane, 100);
    assertThat(permits.inUse()).isEqualTo(40);
    assertThat(permits.bytesInUse()).isEqualTo(4_000);
    assertThat(permits.take(lane, 100)).as("it has none now").isTrue();
    assertThat(permits.take(lane, 100)).isFalse();
  }

  @Test
  void anApplicationWithFewExchangesHasAFewMoreThoughMoreThanHalfAreInUse() {
    Permits permits = permits(1_024);
    drain(permits, Standing.GOOD, -1, 1_600);
    assertThat(permits.bytesInUse()).as("more than half of the room").isGreaterThan(500_000);
    PermitShare lane = share(permits, Standing.GOOD, -2);
    int taken = 0;
    while (permits.take(lane, 1_600)) {
      taken++;
    }
    assertThat(taken).isEqualTo(8);
    assertThat(permits.take(share(permits, Standing.GOOD, -2), 1_600))
        .as("the first of another lane is its own")
        .isTrue();
  }
}
