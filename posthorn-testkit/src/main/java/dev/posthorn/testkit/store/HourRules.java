package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEndpoint;
import org.junit.jupiter.api.Test;

/** Each attempt counts once in its hour, whatever was committed twice, indexed or killed. */
interface HourRules extends StoreRules {
  /** An hour's milliseconds. */
  long HOUR = 3_600_000;

  /** The tenth hour of some day. */
  long TEN = 480_000 * HOUR;

  private static AttemptRow attempt(
      long id, long endpoint, AttemptKind kind, DeliveryState state, int status) {
    return AttemptRow.of(id, 1, 2, endpoint)
        .kind(kind)
        .state(state)
        .spent(1)
        .status(status)
        .build();
  }

  private Batch mixed() {
    Changes batch = new Changes(partition());
    long ten = Ids.firstAt(TEN);
    long eleven = Ids.firstAt(TEN + HOUR);
    add(batch, ten, AttemptKind.SCHEDULED, DeliveryState.WAITING, 500);
    add(batch, ten + 1, AttemptKind.SCHEDULED, DeliveryState.WAITING, 0);
    add(batch, ten + 2, AttemptKind.SCHEDULED, DeliveryState.SUCCEEDED, 200);
    add(batch, ten + 3, AttemptKind.REPLAY, DeliveryState.SUCCEEDED, 201);
    add(batch, ten + 4, AttemptKind.NONE, DeliveryState.CANCELLED, 0);
    add(batch, ten + 5, AttemptKind.TEST, DeliveryState.FAILED, 500);
    add(batch, eleven - 1, AttemptKind.NONE, DeliveryState.FAILED, 0);
    add(batch, eleven, AttemptKind.SCHEDULED, DeliveryState.FAILED, 404);
    batch.attempts.add(attempt(eleven + 1, 6, AttemptKind.SCHEDULED, DeliveryState.SUCCEEDED, 200));
    batch.idFloor = eleven + 1;
    return batch.batch();
  }

  private static void add(
      Changes batch, long id, AttemptKind kind, DeliveryState state, int status) {
    batch.attempts.add(attempt(id, 5, kind, state, status));
  }

  private void assertMixed() {
    HourRow ten = new HourRow(5, TEN, new HourCounts(2, 1, 1, 4, 2));
    HourRow eleven = new HourRow(5, TEN + HOUR, new HourCounts(0, 1, 0, 1, 1));
    assertThat(reads().hours(5, 0, Long.MAX_VALUE)).containsExactly(ten, eleven);
    assertThat(reads().hours(5, Long.MIN_VALUE, TEN + HOUR)).containsExactly(ten);
    assertThat(reads().hours(5, TEN, TEN + 1)).containsExactly(ten);
    assertThat(reads().hours(5, TEN + 1, TEN + HOUR + 1)).containsExactly(eleven);
    assertThat(reads().hours(5, TEN, TEN)).isEmpty();
    assertThat(reads().hours(5, TEN + HOUR + 1, Long.MAX_VALUE)).isEmpty();
    assertThat(reads().hours(6, 0, Long.MAX_VALUE))
        .containsExactly(new HourRow(6, TEN + HOUR, new HourCounts(1, 0, 0, 1, 0)));
    assertThat(reads().hours(7, 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  default void whatHappenedIsCountedByHourAndEndpoint() {
    store().commit(mixed());
    assertMixed();
    // Lets a store index what it has.
    upkeep(Ids.firstAt(TEN));
    assertMixed();
    kill();
    assertMixed();
  }

  @Test
  default void whatIsCommittedTwiceCountsOnce() {
    store().commit(mixed());
    store().commit(mixed());
    assertMixed();
    upkeep(Ids.firstAt(TEN));
    store().commit(mixed());
    assertMixed();
    kill().commit(mixed());
    assertMixed();
    upkeep(Ids.firstAt(TEN));
    assertMixed();
  }

  @Test
  default void aManualTestAloneMakesNoHour() {
    commit(b -> b.attempts.add(attempt(9, 5, AttemptKind.TEST, DeliveryState.SUCCEEDED, 200)));
    assertThat(reads().hours(5, 0, Long.MAX_VALUE)).isEmpty();
    upkeep(0);
    assertThat(reads().hours(5, 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  default void hoursThatAreOverGoWithTheRetentionAndNotWithTheEndpoint() {
    store().commit(mixed());
    commit(b -> b.settings.add(new RemoveEndpoint(partition(), 5)));
    assertMixed();
    upkeep(Ids.firstAt(TEN + HOUR) - 1);
    assertThat(reads().hours(5, 0, Long.MAX_VALUE)).hasSize(2);
    upkeep(Ids.firstAt(TEN + HOUR));
    assertThat(reads().hours(5, 0, Long.MAX_VALUE))
        .containsExactly(new HourRow(5, TEN + HOUR, new HourCounts(0, 1, 0, 1, 1)));
    upkeep(Ids.firstAt(TEN + 2 * HOUR));
    assertThat(reads().hours(5, 0, Long.MAX_VALUE)).isEmpty();
    assertThat(reads().hours(6, 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  default void manyHoursOfManyEndpointsGoInSteps() {
    commit(
        b -> {
          for (int hour = 0; hour < 10; hour++) {
            for (int endpoint = 1; endpoint <= 300; endpoint++) {
              b.attempts.add(
                  attempt(
                      Ids.firstAt(TEN + hour * HOUR) + endpoint,
                      endpoint,
                      AttemptKind.SCHEDULED,
                      DeliveryState.SUCCEEDED,
                      200));
            }
          }
          b.idFloor = Ids.firstAt(TEN + 10 * HOUR);
        });
    upkeep(Ids.firstAt(TEN + 9 * HOUR));
    for (int endpoint = 1; endpoint <= 300; endpoint += 7) {
      assertThat(reads().hours(endpoint, 0, Long.MAX_VALUE))
          .containsExactly(new HourRow(endpoint, TEN + 9 * HOUR, new HourCounts(1, 0, 0, 1, 0)));
    }
  }
}
