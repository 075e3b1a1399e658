package dev.posthorn.spi.runtime;

import java.time.Instant;

/** The clock of this machine. */
enum MachineClock implements Clock {
  /** The only instance. */
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
