package dev.posthorn.bench.hostile;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints what the responsible threads did while the slowest messages waited for them: they ran,
 * were ready and waited for a processor, or neither, which means a disk, a lock or the collector.
 */
final class SlowMessages {
  private static final int SHOWN = 20;
  private static final long PERIOD_NANOS = 5_000_000_000L;

  private final CollectorPauses pauses;
  private final LoopWatch loops;
  private final @Nullable Thread loop;
  private final long start;

  /**
   * Creates it for one time of measurement.
   *
   * @param loop the healthy endpoint's event loop
   * @param start the monotonic time that the times of messages are counted from
   */
  SlowMessages(CollectorPauses pauses, LoopWatch loops, @Nullable Thread loop, long start) {
    this.pauses = pauses;
    this.loops = loops;
    this.loop = loop;
    this.start = start;
  }

  /** Prints the sums of some messages, fastest first, and each of the last ones. */
  void print(List<Way> ways) {
    System.out.println("  sent in each 5 s: " + byTime(ways));
    for (Way.Leg leg : Way.Leg.values()) {
      double[] sums = new double[4];
      for (Way way : ways) {
        double[] parts = parts(way, leg);
        for (int i = 0; i < parts.length; i++) {
          sums[i] += parts[i] / ways.size();
        }
      }
      System.out.printf(
          Locale.ROOT,
          "  %-42s ran %5.2f, ready %5.2f, neither %5.2f; collector %5.2f ms%n",
          leg.title,
          sums[0],
          sums[1],
          sums[2],
          sums[3]);
    }
    for (Way way : ways.reversed().subList(0, Math.min(SHOWN, ways.size()))) {
      System.out.println(line(way));
      String doing = loops.doing(loop, way.begin(Way.Leg.LOOP), way.end(Way.Leg.LOOP));
      if (!doing.isEmpty()) {
        System.out.println("        its loop: " + doing);
      }
    }
  }

  private String byTime(List<Way> ways) {
    Map<Long, Integer> counts = new TreeMap<>();
    ways.forEach(way -> counts.merge((way.sent - start) / PERIOD_NANOS, 1, Integer::sum));
    long last = counts.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
    return LongStream.rangeClosed(0, last)
        .mapToObj(period -> String.valueOf(counts.getOrDefault(period, 0)))
        .collect(Collectors.joining(", "));
  }

  /** Returns the milliseconds that the thread ran, was ready, did neither; and the collector's. */
  private double[] parts(Way way, Way.Leg leg) {
    long begin = way.begin(leg);
    long end = way.end(leg);
    ThreadTimes.Times times = way.times(leg);
    return new double[] {
      times.ran() / 1e6,
      times.waited() / 1e6,
      Math.max(0, end - begin - times.ran() - times.waited()) / 1e6,
      pauses.within(begin, end) / 1e6
    };
  }

  private String line(Way way) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT, "    %6.3f s: %6.1f ms", (way.sent - start) / 1e9, way.total() / 1e6));
    for (Way.Stage stage : Way.Stage.values()) {
      line.append(
          String.format(
              Locale.ROOT,
              "%s %s %.1f",
              stage == Way.Stage.OTHER_COMMITS ? ":" : ",",
              stage.name().toLowerCase(Locale.ROOT),
              way.at(stage) / 1e6));
    }
    for (Way.Leg leg : Way.Leg.values()) {
      double[] parts = parts(way, leg);
      line.append(
          String.format(
              Locale.ROOT,
              "; %s ran %.1f ready %.1f collector %.0f",
              leg.name().toLowerCase(Locale.ROOT),
              parts[0],
              parts[1],
              parts[3]));
    }
    return line.toString();
  }
}
