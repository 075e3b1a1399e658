package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WakeupQueueTest {
  private static final class Wake extends WakeupQueue.Item {}

  /** Random steps against a sorted map from times (relative to the start) to the items due then. */
  @Test
  void itemsComeInTheOrderOfTheirTimesHoweverTheyAreMovedAndRemoved() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      long start = random.nextBoolean() ? 0 : Long.MAX_VALUE - 50; // wraps around on the way
      WakeupQueue<Wake> wakeups = new WakeupQueue<>();
      TreeMap<Long, Set<Wake>> model = new TreeMap<>();
      List<Wake> items = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        items.add(new Wake());
      }
      long now = 0;
      for (int step = 0; step < 1_000; step++) {
        String where = "seed " + seed + ", step " + step;
        Wake item = items.get(random.nextInt(items.size()));
        switch (random.nextInt(5)) {
          case 0, 1, 2 -> {
            long at = now + random.nextInt(100) - 10;
            forget(model, item);
            model.computeIfAbsent(at, key -> new HashSet<>()).add(item);
            wakeups.put(item, start + at);
            assertThat(item.waiting()).as(where).isTrue();
          }
          case 3 -> {
            assertThat(item.waiting()).as(where).isEqualTo(forget(model, item));
            wakeups.remove(item);
            assertThat(item.waiting()).as(where).isFalse();
          }
          default -> now = pollAll(wakeups, model, start, now + random.nextInt(8), where);
        }
        assertThat(wakeups.waitNanos(start + now))
            .as(where)
            .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : model.firstKey() - now);
      }
      pollAll(wakeups, model, start, now + 1_000, "seed " + seed);
      assertThat(model).as("seed " + seed).isEmpty();
      assertThat(items).as("seed " + seed).noneMatch(Wake::waiting);
    }
  }

  private static boolean forget(NavigableMap<Long, Set<Wake>> model, Wake item) {
    boolean known = model.values().stream().anyMatch(at -> at.remove(item));
    model.values().removeIf(Set::isEmpty);
    return known;
  }

  private static long pollAll(
      WakeupQueue<Wake> wakeups,
      NavigableMap<Long, Set<Wake>> model,
      long start,
      long now,
      String where) {
    @Nullable Wake due;
    while ((due = wakeups.poll(start + now)) != null) {
      assertThat(due.waiting()).as(where).isFalse();
      Map.Entry<Long, Set<Wake>> first = model.firstEntry();
      assertThat(first).as(where).isNotNull();
      assertThat(first.getKey()).as(where + ": too early").isLessThanOrEqualTo(now);
      assertThat(first.getValue()).as(where).contains(due);
      forget(model, due);
    }
    assertThat(model.headMap(now, true)).as(where + ": left behind").isEmpty();
    return now;
  }
}
