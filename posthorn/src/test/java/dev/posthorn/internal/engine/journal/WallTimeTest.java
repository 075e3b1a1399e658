package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

/** Three clocks: what is believed, what never goes back, and what removes. */
class WallTimeTest {
  private static final long START = 1_750_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  private final SetClock clock = new SetClock();

  /** A clock that a test sets. */
  private static final class SetClock implements Clock {
    private long elapsed;
    private long step;

    @Override
    public long nanoTime() {
      return (77 + elapsed) * 1_000_000;
    }

    @Override
    public long millis() {
      return START + elapsed + step;
    }
  }

  private WallTime time() {
    return new WallTime(clock, START);
  }

  /** Lets time pass as an engine does: it looks at the clock again and again. */
  private void pass(WallTime time, long millis) {
    for (long passed = 0; passed < millis; passed += 1_000) {
      clock.elapsed += 1_000;
      var unused = time.millis();
    }
  }

  @Test
  void followsSmallStepsAtOnce() {
    WallTime time = time();
    clock.step = 59_000;
    assertThat(time.millis()).isEqualTo(START + 59_000);
    clock.step = 0;
    assertThat(time.millis()).isEqualTo(START);
  }

  @Test
  void doesNotBelieveAStepThatDoesNotLast() {
    for (long step : new long[] {48 * HOUR, 91 * DAY, 3 * 365 * DAY, -5 * HOUR}) {
      WallTime time = time();
      clock.step = step;
      pass(time, 100_000);
      assertThat(time.millis()).isEqualTo(START + clock.elapsed);
      assertThat(time.doubtMillis()).isEqualTo(Math.max(0, step));
      clock.step = 0;
      pass(time, 200_000);
      assertThat(time.millis()).isEqualTo(START + clock.elapsed);
      assertThat(time.doubtMillis()).isZero();
    }
  }

  @Test
  void believesAStepThatLasts() {
    for (long step : new long[] {48 * HOUR, -5 * HOUR}) {
      WallTime time = time();
      clock.step = step;
      pass(time, WallTime.LASTING_MILLIS + 1_000);
      assertThat(time.millis()).isEqualTo(START + clock.elapsed + step);
      clock.step = 0;
      pass(time, WallTime.LASTING_MILLIS + 1_000);
      assertThat(time.millis()).isEqualTo(START + clock.elapsed);
    }
  }

  @Test
  void aStepMustLastByItself() {
    WallTime time = time();
    for (int i = 1; i <= 5; i++) {
      clock.step = i * DAY;
      pass(time, 100_000);
    }
    assertThat(time.millis()).isEqualTo(START + clock.elapsed);
  }

  @Test
  void afterALongStopTheClockHasToLast() {
    clock.step = 10 * DAY;
    WallTime time = time();
    assertThat(time.millis()).isEqualTo(START);
    pass(time, WallTime.LASTING_MILLIS + 1_000);
    assertThat(time.millis()).isEqualTo(START + clock.elapsed + 10 * DAY);
  }

  @Test
  void aClockThatWasAheadIsForgivenByAStart() {
    WallTime time = new WallTime(clock, START + 365 * DAY);
    assertThat(time.millis()).isEqualTo(START);
    SteadyTime steady = new SteadyTime(clock, time, Ids.firstAt(START + 365 * DAY));
    assertThat(steady.millis()).isEqualTo(START + 365 * DAY);
  }

  @Test
  void aNewStoreKnowsNoTime() {
    assertThat(new WallTime(clock, 0).millis()).isEqualTo(START);
  }

  @Test
  void steadyTimeNeverGoesBack() {
    WallTime time = time();
    SteadyTime steady = new SteadyTime(clock, time, 0);
    clock.step = -HOUR;
    long before = steady.millis();
    pass(time, 300_000);
    assertThat(time.millis()).isEqualTo(START + clock.elapsed - HOUR);
    assertThat(steady.millis()).isEqualTo(before + clock.elapsed);
  }

  @Test
  void retentionGoesOnAnHourAMinuteAtMost() {
    WallTime time = time();
    RetentionTime retention = new RetentionTime(clock, time, null);
    clock.step = 91 * DAY;
    pass(time, WallTime.LASTING_MILLIS + 1_000);
    long before = retention.millis();
    assertThat(before).isLessThanOrEqualTo(START + 61 * clock.elapsed);
    pass(time, 60_000);
    assertThat(retention.millis() - before).isEqualTo(HOUR);
    clock.step = 0;
    pass(time, WallTime.LASTING_MILLIS + 1_000);
    assertThat(retention.millis()).isEqualTo(START + clock.elapsed);
  }
}
