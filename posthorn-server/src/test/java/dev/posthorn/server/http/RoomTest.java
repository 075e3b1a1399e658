package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.TestDoor.Visitor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final int MANY = 200;
  private static final int LARGE = 100_000;

  private final AtomicLong now = new AtomicLong();
  private final TestDoor door =
      new TestDoor(
          TestFront.LIMITS.toBuilder().connections(MANY).heldBytes(MANY * LARGE).build(), now::get);

  private static boolean send(Visitor from) {
    return from.connection().receive(LARGE, 0);
  }

  @Test
  void whatIsWorkedOnKeepsItsRoom() {
    List<Visitor> many = door.from("10.0.0.1", MANY);
    many.forEach(Visitor::begin);
    assertThat(many).allMatch(RoomTest::send);
    assertThat(send(many.get(0))).isFalse();
    assertThat(many).allMatch(Visitor::isIn);
    assertThat(door.connections.room().held()).isEqualTo(MANY * LARGE);
  }

  @Test
  void afterAVainSearchAmongManyNothingIsLookedForForAMoment() {
    List<Visitor> many = door.from("10.0.0.1", MANY);
    many.forEach(Visitor::begin);
    many.forEach(RoomTest::send);
    assertThat(send(many.get(0))).isFalse();
    many.get(7).connection().stand();
    assertThat(send(many.get(0))).isFalse();
    assertThat(many.get(7).isIn()).isTrue();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
    many.subList(8, 40).forEach(one -> one.connection().stand());
    assertThat(send(many.get(0))).isTrue();
    assertThat(many.get(7).isIn()).isFalse();
  }
}
