package dev.posthorn.internal.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScanPaceTest {
  private static final long MILLI = 1_000_000;

  private long now = 1_000 * MILLI;
  private long rested;
  private final Activity activity = new Activity(() -> now);
  private final ScanPace pace = new ScanPace(activity, this::rest);

  private void rest(long nanos) {
    now += nanos;
    rested += nanos;
  }

  /** Examines rows for a time; others commit meanwhile, or do not. */
  private void scan(long millis, boolean busy) {
    pace.begin();
    for (long step = 0; step < 10 * millis; step++) {
      now += MILLI / 10;
      if (busy) {
        activity.committed();
      }
      pace.rest();
    }
  }

  @Test
  void aListUsesASeventhOfItsTimeWhileOthersCommit() {
    scan(100, true);
    assertThat(rested).isEqualTo(600 * MILLI);
  }

  @Test
  void aListDoesNotRestWhileNobodyCommits() {
    scan(100, false);
    assertThat(rested).isZero();
  }

  @Test
  void aListThatFindsItsRowsSoonDoesNotRest() {
    for (int i = 0; i < 100; i++) {
      pace.begin();
      now += MILLI / 4;
      activity.committed();
      pace.rest();
    }
    assertThat(rested).isZero();
  }
}
