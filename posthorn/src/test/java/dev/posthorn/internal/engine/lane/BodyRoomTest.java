package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyRoomTest {
  private static final long BYTES = 16 << 20;

  private final BodyRoom room = new BodyRoom(BYTES);

  private void takeAll(long bytes) {
    while (room.tryTake(bytes)) {
      // Takes all it can.
    }
  }

  @Test
  void largePayloadsLeaveAQuarterToSmallOnes() {
    takeAll(512 * 1024);
    assertThat(room.used()).isEqualTo(BYTES * 3 / 4);
    assertThat(room.takePart(256 * 1024)).isEqualTo(64 * 1024);
    takeAll(1_024);
    assertThat(room.used()).isEqualTo(BYTES);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    takeAll(1_024);
    assertThat(room.takePart(256 * 1024)).isZero();
    room.giveBack(BYTES);
    assertThat(room.tryTake(512 * 1024)).isTrue();
    assertThat(room.takePart(256 * 1024)).isEqualTo(256 * 1024);
    assertThat(room.used()).isEqualTo(768 * 1024);
  }
}
