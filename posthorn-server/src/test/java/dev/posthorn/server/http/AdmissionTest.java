package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.TestDoor.Visitor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Admission and displacement of connections, with the test's own clock and sockets. */
class AdmissionTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong(-5 * SECOND);

  private TestDoor door(int places, int share) {
    return new TestDoor(
        TestFront.LIMITS.toBuilder()
            .connections(places)
            .connectionsPerAddress(share)
            .heldBytes(1 << 20)
            .build(),
        now::get);
  }

  private static void assertIn(Visitor... visitors) {
    assertThat(visitors).allMatch(Visitor::isIn);
  }

  // ---- of one client -------------------------------------------------------------------------

  @Test
  void aConnectionThatMadeRoomBeforeItsLoopHadItIsClosedToo() {
    TestDoor door = door(1, 0);
    Visitor first = new Visitor("10.0.0.1");
    Visitor second = new Visitor("10.0.0.1");
    door.listening.writeInbound(first, second);
    assertThat(door.metrics.connectionsDropped()).isEqualTo(1);
    first.register();
    second.register();
    assertThat(first.isIn()).isFalse();
    assertIn(second);
    assertThat(door.connections.count()).isEqualTo(1);
    var unused = second.close();
    assertThat(door.connections.count()).isZero();
  }

  @Test
  void aClientsOwnConnectionThatStoodStillForASecondMakesWay() {
    TestDoor door = door(2, 0);
    Visitor first = door.from("10.0.0.1").stall();
    now.addAndGet(SECOND / 2);
    Visitor second = door.from("10.0.0.1").stall();
    assertThat(door.from("10.0.0.1").isIn()).isFalse();
    now.addAndGet(SECOND / 2);
    assertIn(door.from("10.0.0.1"));
    assertThat(first.isIn()).isFalse();
    assertIn(second);
    assertThat(door.connections.count()).isEqualTo(2);
  }

  @Test
  void theShareOfAnAddressHoldsThoughThereAreFreePlaces() {
    TestDoor door = door(10, 2);
    Visitor first = door.from("10.0.0.1").begin();
    Visitor second = door.from("10.0.0.1").begin();
    assertThat(door.from("10.0.0.1").isIn()).isFalse();
    assertThat(door.from("2001:db8::1").begin().isIn()).isTrue();
    assertThat(door.from("2001:db8::ffff:1").begin().isIn()).isTrue();
    assertThat(door.from("2001:db8::1:2").isIn()).as("the same network").isFalse();
    assertIn(first, second);
  }

  @Test
  void afterAVainSearchAmongManyNothingIsLookedForForAMoment() {
    TestDoor door = door(200, 0);
    List<Visitor> many = door.from("10.0.0.1", 200);
    many.forEach(Visitor::begin);
    assertThat(door.from("10.0.0.1").isIn()).isFalse();
    many.get(7).answer();
    assertThat(door.from("10.0.0.1").isIn()).isFalse();
    now.addAndGet(SECOND / 100);
    assertIn(door.from("10.0.0.1"));
    assertThat(many.get(7).isIn()).isFalse();
  }

  // ---- of several clients --------------------------------------------------------------------

  @Test
  void whoHasMoreThanAnEvenShareMakesWay() {
    TestDoor door = door(4, 0);
    List<Visitor> greedy = door.from("10.0.0.1", 4);
    greedy.forEach(Visitor::stall);
    List<Visitor> others = door.from("10.0.0.2", 2);
    assertIn(others.toArray(Visitor[]::new));
    assertThat(greedy).filteredOn(Visitor::isIn).hasSize(2);
    assertThat(door.from("10.0.0.1").isIn()).as("it has its share").isFalse();
    others.forEach(Visitor::begin);
    assertThat(door.from("10.0.0.2").isIn()).as("so has the other").isFalse();
    assertThat(door.connections.count()).isEqualTo(4);
  }

  @Test
  void whatIsIdleMakesWayBeforeWhatStandsStill() {
    TestDoor door = door(3, 0);
    Visitor stalled = door.from("10.0.0.1").stall();
    Visitor idle = door.from("10.0.0.1");
    Visitor busy = door.from("10.0.0.1").begin();
    assertIn(door.from("10.0.0.2"));
    assertThat(idle.isIn()).isFalse();
    assertIn(stalled, busy);
  }

  @Test
  void nobodyTakesIdleConnectionsOfThoseWhoHaveLess() {
    TestDoor door = door(4, 0);
    List<Visitor> greedy = door.from("10.0.0.1", 3);
    greedy.forEach(Visitor::begin);
    Visitor modest = door.from("10.0.0.2");
    assertThat(door.from("10.0.0.1").isIn()).isFalse();
    assertIn(modest);
  }

  @Test
  void whatIsWorkedOnEndsWithItsAnswer() {
    TestDoor door = door(2, 0);
    List<Visitor> greedy = door.from("10.0.0.1", 2);
    greedy.forEach(Visitor::begin);
    assertIn(door.from("10.0.0.2").begin());
    assertThat(greedy).as("none is closed before its answer").allMatch(Visitor::isIn);
    Visitor retired =
        greedy.stream().filter(one -> ClientConnection.of(one).isRetired()).findAny().orElseThrow();
    assertThat(door.connections.count()).isEqualTo(2);
    retired.answer();
    assertThat(retired.isIn()).isFalse();
    assertThat(door.connections.count()).isEqualTo(2);
    assertThat(door.connections.leaving()).isEmpty();
  }

  @Test
  void onlyFewAreThereBesideThePlacesUntilTheyAreAnswered() {
    TestDoor door = door(8, 0);
    door.from("10.0.0.1", 8).forEach(Visitor::begin);
    List<Visitor> others = door.from("10.0.0.2", 4);
    assertThat(others).filteredOn(Visitor::isIn).hasSize(2); // an eighth, and one
  }

  @Test
  void moreClientsThanPlacesShareThemByWhoStandsStill() {
    TestDoor door = door(2, 0);
    Visitor first = door.from("10.0.0.1").stall();
    now.addAndGet(1);
    Visitor second = door.from("10.0.0.2").stall();
    assertIn(door.from("10.0.0.3"));
    assertThat(first.isIn()).isFalse();
    assertIn(second);
  }

  // ---- time ----------------------------------------------------------------------------------

  @Test
  void aConnectionThatBecomesBusyWhileItIsSweptStays() {
    TestDoor door = door(2, 0);
    Visitor late = door.from("10.0.0.1");
    Visitor idle = door.from("10.0.0.1");
    now.addAndGet(21 * SECOND);
    door.connections.sweep();
    late.begin(); // before its loop came to close it
    assertThat(idle.isIn()).isFalse();
    assertIn(late);
  }
}
