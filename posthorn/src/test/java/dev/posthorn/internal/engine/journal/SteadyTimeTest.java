package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private final SetClock clock = new SetClock();

  private static final class SetClock implements Clock {
    long nanos = -5_000_000_000L;
    long wall = 1_000_000;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public long millis() {
      return wall;
    }

    void pass(long millis) {
      nanos += millis * 1_000_000;
      wall += millis;
    }
  }

  @Test
  void isWallTimeWhileTheClockIsLeftAlone() {
    SteadyTime time = new SteadyTime(clock, new WallTime(clock, 0), 0);
    assertThat(time.millis()).isEqualTo(1_000_000);
    clock.pass(123);
    assertThat(time.millis()).isEqualTo(1_000_123);
  }

  @Test
  void goesOnWhenTheClockIsSetBackAndFollowsWhenItIsSetForward() {
    SteadyTime time = new SteadyTime(clock, new WallTime(clock, 0), 0);
    assertThat(time.millis()).isEqualTo(1_000_000);
    clock.wall -= 3_600_000;
    assertThat(time.millis()).isEqualTo(1_000_000);
    clock.pass(50);
    assertThat(time.millis()).isEqualTo(1_000_050);
    clock.wall += 10_000_000;
    assertThat(time.millis()).isEqualTo(1_000_050);
    clock.pass(WallTime.LASTING_MILLIS);
    assertThat(time.millis()).isEqualTo(clock.wall);
  }

  @Test
  void goesOnFromTheTimeOfAnotherProcessThatIsAhead() {
    SteadyTime time = new SteadyTime(clock, new WallTime(clock, 0), 0);
    time.continueAfter(1_020_000);
    assertThat(time.millis()).isEqualTo(1_020_000);
    time.continueAfter(1_010_000);
    clock.pass(7);
    assertThat(time.millis()).isEqualTo(1_020_007);
  }

  @Test
  void startsNoEarlierThanTheLastId() {
    SteadyTime time = new SteadyTime(clock, new WallTime(clock, 2_000_000), Ids.firstAt(2_000_000));
    assertThat(time.millis()).isEqualTo(2_000_000);
    clock.pass(7);
    assertThat(time.millis()).isEqualTo(2_000_007);
  }
}
