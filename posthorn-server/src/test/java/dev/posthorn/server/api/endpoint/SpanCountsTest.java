package dev.posthorn.server.api.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpanCountsTest {
  private static final long HOUR = TimeSpan.HOUR;
  private static final long BEGIN = 1_000 * HOUR;
  private static final long NOW = BEGIN + 10 * HOUR;

  private final List<AttemptRow> attempts = new ArrayList<>();
  private int read;

  private void ended(long time, DeliveryState state) {
    ended(time, state, AttemptKind.SCHEDULED);
  }

  private void ended(long time, DeliveryState state, AttemptKind kind) {
    attempts.add(
        AttemptRow.of(Ids.firstAt(time) + attempts.size(), 1, 2, 3)
            .kind(kind)
            .state(state)
            .spent(1)
            .status(200)
            .build());
  }

  /** Returns the hourly counts of everything that has ended so far. */
  private List<HourRow> hours() {
    TreeMap<Long, HourRow> hours = new TreeMap<>();
    for (AttemptRow row : attempts) {
      if (row.kind() != AttemptKind.TEST) {
        long start = Ids.timeOf(row.id()) / HOUR * HOUR;
        HourRow before = hours.getOrDefault(start, new HourRow(3, start, HourCounts.NONE));
        hours.put(
            start,
            new HourRow(
                3,
                start,
                new HourCounts(
                    before.counts().succeeded() + (row.state() == DeliveryState.SUCCEEDED ? 1 : 0),
                    before.counts().failed() + (row.state() == DeliveryState.FAILED ? 1 : 0),
                    before.counts().cancelled() + (row.state() == DeliveryState.CANCELLED ? 1 : 0),
                    before.counts().attempts() + (row.isExchange() ? 1 : 0),
                    0)));
      }
    }
    return List.copyOf(hours.values());
  }

  private SpanCounts count(long from, long to) {
    return count(hours(), from, to);
  }

  private SpanCounts count(List<HourRow> hours, long from, long to) {
    PartitionReads reads =
        (PartitionReads)
            Proxy.newProxyInstance(
                PartitionReads.class.getClassLoader(),
                new Class<?>[] {PartitionReads.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "hours" ->
                          hours.stream()
                              .filter(hour -> hour.start() >= (long) arguments[1])
                              .filter(hour -> hour.start() < (long) arguments[2])
                              .toList();
                      case "attempts" -> page((AttemptQuery) arguments[0]);
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    return SpanCounts.of(reads, 3, new TimeSpan(from, to), NOW);
  }

  private Page<AttemptRow> page(AttemptQuery query) {
    List<AttemptRow> rows =
        attempts.stream()
            .filter(row -> row.id() > query.page().after() && row.id() < query.page().before())
            .toList();
    boolean more = rows.size() > query.page().limit();
    List<AttemptRow> page = more ? rows.subList(0, query.page().limit()) : rows;
    read += page.size();
    return new Page<>(page, more ? page.getLast().id() : 0);
  }

  @Test
  void countsFromTheFirstMillisecondUpToTheLast() {
    for (int minute = 0; minute < 240; minute++) {
      ended(BEGIN + minute * 60_000L, DeliveryState.SUCCEEDED);
      ended(
          BEGIN + minute * 60_000L, minute % 2 == 0 ? DeliveryState.FAILED : DeliveryState.WAITING);
    }
    ended(BEGIN + HOUR / 2 + 1, DeliveryState.CANCELLED, AttemptKind.NONE);
    ended(BEGIN + HOUR / 2 + 1, DeliveryState.SUCCEEDED, AttemptKind.TEST);
    attempts.sort((one, other) -> Long.compare(one.id(), other.id()));
    SpanCounts some = count(BEGIN + HOUR / 2, BEGIN + 3 * HOUR + HOUR / 4);
    assertThat(some.succeeded()).isEqualTo(30 + 120 + 15);
    assertThat(some.failed()).isEqualTo(15 + 60 + 8);
    assertThat(some.cancelled()).isEqualTo(1);
    assertThat(some.isApproximated()).isFalse();
    SpanCounts few = count(BEGIN + 60_000, BEGIN + 120_000);
    assertThat(few.succeeded()).as("within one hour").isEqualTo(1);
    assertThat(few.failed()).isZero();
    assertThat(count(BEGIN + 60_001, BEGIN + 120_001).failed()).isEqualTo(1);
  }

  @Test
  void readsNoAttemptsOfHoursThatCountAsAWhole() {
    ended(BEGIN, DeliveryState.SUCCEEDED);
    ended(NOW - 1, DeliveryState.SUCCEEDED);
    assertThat(count(BEGIN, BEGIN + HOUR).succeeded()).isEqualTo(1);
    assertThat(count(BEGIN - HOUR / 2, NOW + 1).succeeded()).isEqualTo(2);
    assertThat(read).isZero();
  }

  @Test
  void aCurrentHourThatBeginsInTheMiddleHasWhatCameSince() {
    ended(NOW + 1, DeliveryState.SUCCEEDED);
    List<HourRow> hours = hours();
    ended(NOW + 2, DeliveryState.SUCCEEDED); // after the hours were read
    SpanCounts recent = count(hours, NOW + 1, NOW + 2);
    assertThat(recent.succeeded()).isEqualTo(2);
    assertThat(recent.isApproximated()).isFalse();
  }

  @Test
  void anHourWithTooManyAttemptsCountsAsAWhole() {
    for (int i = 0; i <= SpanCounts.MOST; i++) {
      ended(BEGIN + i * 100L, DeliveryState.SUCCEEDED);
    }
    SpanCounts all = count(BEGIN + 1, BEGIN + HOUR);
    assertThat(all.succeeded()).isEqualTo(SpanCounts.MOST + 1);
    assertThat(all.isApproximated()).isTrue();
    assertThat(read).as("it was known before").isZero();
    attempts.removeLast();
    assertThat(count(BEGIN + 1, BEGIN + HOUR).succeeded()).isEqualTo(SpanCounts.MOST - 1);
  }

  @Test
  void soDoesOneWithManyEndsThatWereNoAttempts() {
    for (int i = 0; i <= SpanCounts.MOST; i++) {
      ended(BEGIN + i * 100L, DeliveryState.CANCELLED, AttemptKind.NONE);
    }
    SpanCounts all = count(BEGIN + 1, BEGIN + HOUR);
    assertThat(all.cancelled()).isEqualTo(SpanCounts.MOST + 1);
    assertThat(all.isApproximated()).isTrue();
    assertThat(read).isEqualTo(SpanCounts.MOST);
  }

  @Test
  void soDoesOneOfWhichSomeWereRemoved() {
    ended(BEGIN + 1, DeliveryState.SUCCEEDED);
    ended(BEGIN + 2, DeliveryState.SUCCEEDED);
    List<HourRow> hours = hours();
    attempts.removeFirst();
    SpanCounts all = count(hours, BEGIN + 2, BEGIN + HOUR);
    assertThat(all.succeeded()).isEqualTo(2);
    assertThat(all.isApproximated()).isTrue();
  }
}
