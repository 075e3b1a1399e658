package dev.posthorn.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {
  private final TestFigures figures = new TestFigures();

  @Test
  void chartsHaveAPointForEachStepAndNoMoreThanTheirSpan() {
    HealthMonitor monitor = new HealthMonitor(figures::read);
    var unused = monitor.sample();
    for (int i = 0; i < 4_000; i++) {
      figures.seconds(10);
      figures.accepted += 5;
      unused = monitor.sample();
    }
    List<Point> hour = monitor.series(HealthMonitor.Span.HOUR).points();
    assertThat(hour).hasSize(180).allMatch(point -> point.accepted() == 10);
    List<Point> day = monitor.series(HealthMonitor.Span.DAY).points();
    assertThat(day).hasSize(4_000 / 36).allMatch(point -> point.accepted() == 180);
    assertThat(day.getLast().at()).isGreaterThan(day.getFirst().at());
  }

  @Test
  void delaysAreThoseOfTheirStep() {
    HealthMonitor monitor = new HealthMonitor(figures::read);
    figures.delays.record(9_000_000_000L);
    var unused = monitor.sample();
    figures.seconds(20);
    for (int i = 0; i < 99; i++) {
      figures.delays.record(3_000_000);
    }
    figures.delays.record(800_000_000);
    unused = monitor.sample();
    Point point = monitor.series(HealthMonitor.Span.HOUR).points().getFirst();
    assertThat(point.delay().median()).isBetween(3.0, 4.0);
    assertThat(point.delay().p99()).isBetween(3.0, 4.0);
    figures.seconds(20);
    unused = monitor.sample();
    assertThat(monitor.series(HealthMonitor.Span.HOUR).points().getLast().delay().median())
        .isEqualTo(-1);
  }

  @Test
  void watchersGetEachStatusAndAFailureIsNotTheEnd() {
    int[] reads = new int[1];
    List<Status> seen = new CopyOnWriteArrayList<>();
    try (HealthMonitor monitor =
        new HealthMonitor(
            () -> {
              if (reads[0]++ == 0) {
                throw new IllegalStateException("planted");
              }
              return figures.read();
            })) {
      monitor.watch(seen::add);
      monitor.start();
      Await.until("two statuses", () -> seen.size() >= 2);
    }
  }
}
