package dev.posthorn.cidadao;

import java.util.ArrayList;
import java.util.List;

/** The waits before retries: the original's back-off of 2ⁿ seconds, at least 4 and at most 10. */
final class RetryWaits {
  private RetryWaits() {}

  /** Returns the first {@code number} of 4, 4, 8, 10, 10, … seconds, in milliseconds. */
  static List<Long> of(int number, int secondMillis) {
    List<Long> waits = new ArrayList<>();
    for (int n = 1; n <= number; n++) {
      waits.add(Math.clamp(1L << n, 4, 10) * (long) secondMillis);
    }
    return List.copyOf(waits);
  }
}
