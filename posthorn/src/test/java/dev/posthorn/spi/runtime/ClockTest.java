package dev.posthorn.spi.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClockTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00.000900Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Clock clock = Clock.of(now::get);

  private void advance(Duration time) {
    now.set(Objects.requireNonNull(now.get()).plus(time));
  }

  @Test
  void the_machines_time_is_the_machines_clock_however_it_is_named() {
    assertThat(Clock.of(InstantSource.system())).isSameAs(Clock.system());
    assertThat(Clock.of(java.time.Clock.systemUTC())).isSameAs(Clock.system());
    assertThat(Clock.of(java.time.Clock.system(ZoneId.of("Asia/Tokyo")))).isSameAs(Clock.system());
    assertThat(Clock.of(java.time.Clock.fixed(START, ZoneId.of("UTC"))))
        .isNotSameAs(Clock.system());
    assertThat(Clock.system().machine()).isSameAs(Clock.system());
    assertThat(clock.machine()).isSameAs(Clock.system());
  }

  @Test
  void both_times_stand_still_and_leap_with_their_source() {
    long before = clock.nanoTime();
    assertThat(clock.nanoTime()).isEqualTo(before);
    assertThat(clock.millis()).isEqualTo(START.toEpochMilli());

    advance(Duration.ofDays(90));

    assertThat(clock.nanoTime() - before).isEqualTo(TimeUnit.DAYS.toNanos(90));
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(90)));
  }

  @Test
  void a_source_that_is_set_back_takes_wall_time_with_it_and_monotonic_time_goes_on() {
    long before = clock.nanoTime();

    advance(Duration.ofHours(-1));
    assertThat(clock.nanoTime()).isEqualTo(before);
    assertThat(clock.offsetMillis()).isEqualTo(clock.millis() - before / 1_000_000);

    advance(Duration.ofSeconds(1));
    assertThat(clock.nanoTime() - before).isEqualTo(1_000_000_000);
    assertThat(clock.millis()).isEqualTo(START.toEpochMilli() - 3_599_000);
  }

  @Test
  void the_offset_of_a_source_that_only_goes_forward_never_changes() {
    long offset = clock.offsetMillis();
    for (int i = 0; i < 100; i++) {
      advance(Duration.ofNanos(333_333));
      assertThat(clock.offsetMillis()).isEqualTo(offset);
    }
  }

  @Test
  void a_leap_of_ages_does_not_overflow() {
    long before = clock.nanoTime();

    now.set(Instant.parse("9999-01-01T00:00:00Z"));

    assertThat(clock.nanoTime() - before).isPositive();
  }
}
