package dev.posthorn.server.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The points of a chart, a fixed time apart, as many as fit into its span. Thread-safe. */
public final class Series {
  private final long stepMillis;
  private final int most;
  private final Deque<Point> points = new ArrayDeque<>();
  private Figures last;

  /** Creates a series without points. */
  Series(Duration step, Duration span, Figures first) {
    this.stepMillis = step.toMillis();
    this.most = (int) (span.toMillis() / stepMillis);
    this.last = first;
  }

  /** Adds a point if it is time for one. */
  synchronized void add(Figures newest) {
    if (newest.at() - last.at() < stepMillis) {
      return;
    }
    points.add(Point.between(last, newest));
    last = newest;
    if (points.size() > most) {
      points.removeFirst();
    }
  }

  /** Returns the time between two points in milliseconds. */
  public long stepMillis() {
    return stepMillis;
  }

  /** Returns the points, oldest first. */
  public synchronized List<Point> points() {
    return List.copyOf(points);
  }
}
