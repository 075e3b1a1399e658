package dev.posthorn.internal.sqlite.history;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;

/**
 * The counters to which an attempt contributes in its hour, as the bits of a byte; see the table
 * endpoint_hour.
 */
final class HourFlags {
  static final byte NOTHING = 0;

  /** Number of counters: bit n is counter n. */
  static final int COUNTS = 5;

  private static final int SUCCEEDED = 1;
  private static final int FAILED = 1 << 1;
  private static final int CANCELLED = 1 << 2;
  private static final int ATTEMPT = 1 << 3;
  private static final int FAILED_ATTEMPT = 1 << 4;

  private HourFlags() {}

  static byte of(AttemptKind kind, DeliveryState state, int status) {
    if (kind == AttemptKind.TEST) {
      return NOTHING;
    }
    int mark =
        switch (state) {
          case WAITING -> NOTHING;
          case SUCCEEDED -> SUCCEEDED;
          case FAILED -> FAILED;
          case CANCELLED -> CANCELLED;
        };
    if (kind != AttemptKind.NONE) {
      mark |= status / 100 == 2 ? ATTEMPT : ATTEMPT | FAILED_ATTEMPT;
    }
    return (byte) mark;
  }

  /** Adds the flags of an attempt to the counters. */
  static void count(byte mark, long[] counts) {
    for (int i = 0; i < COUNTS; i++) {
      counts[i] += mark >> i & 1;
    }
  }
}
