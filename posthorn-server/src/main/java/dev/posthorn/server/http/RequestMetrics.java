package dev.posthorn.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What passed through a front: requests by operation and class of status, in counts and, at debug,
 * in the log. Neither has anything of what the client sent but its request id. Thread-safe.
 */
public final class RequestMetrics {
  /** The operation of requests that fit none. */
  private static final String NONE = "none";

  private static final Logger LOG = LoggerFactory.getLogger(RequestMetrics.class);

  private final Map<String, Row[]> rows = new ConcurrentHashMap<>();
  private final LongAdder turnedAway = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private volatile @Nullable Consumer<Row> listener;

  /** Requests of one operation that were answered with one class of status. */
  public static final class Row {
    private final String operation;
    private final int statusClass;
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    Row(String operation, int statusClass) {
      this.operation = operation;
      this.statusClass = statusClass;
    }

    /** Returns the operation's id, or {@code none}. */
    public String operation() {
      return operation;
    }

    /** Returns the first digit of the status. */
    public int statusClass() {
      return statusClass;
    }

    /** Returns how many there were. */
    public long count() {
      return count.sum();
    }

    /** Returns how long they took together, in nanoseconds, from the head to the answer. */
    public long nanos() {
      return nanos.sum();
    }
  }

  /** A request is answered. */
  void answered(String requestId, @Nullable Operation operation, int status, long nanos) {
    String id = operation == null ? NONE : operation.id();
    Row row = row(id, status / 100);
    row.count.increment();
    row.nanos.add(nanos);
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "request {} {} {} {} us", requestId, id, status, TimeUnit.NANOSECONDS.toMicros(nanos));
    }
  }

  private Row row(String operation, int statusClass) {
    Row[] byClass = rows.get(operation);
    Row row = byClass == null ? null : byClass[statusClass];
    return row != null ? row : makeRow(operation, statusClass);
  }

  private synchronized Row makeRow(String operation, int statusClass) {
    Row[] before = rows.get(operation);
    Row[] byClass = before == null ? new Row[10] : before.clone();
    Row row = byClass[statusClass];
    if (row == null) {
      row = new Row(operation, statusClass);
      byClass[statusClass] = row;
      rows.put(operation, byClass);
      Consumer<Row> told = listener;
      if (told != null) {
        told.accept(row);
      }
    }
    return row;
  }

  /** A connection was closed since there are too many. */
  void turnedAway() {
    turnedAway.increment();
  }

  /** Returns how many connections were closed since there were too many. */
  public long connectionsTurnedAway() {
    return turnedAway.sum();
  }

  /** A connection was closed to make room, or since its client did not read. */
  void dropped() {
    dropped.increment();
  }

  /** Returns how many connections were closed to make room, or since their clients did not read. */
  public long connectionsDropped() {
    return dropped.sum();
  }

  /** Tells of each row when it comes into being, and now of those that there are. */
  public synchronized void onRow(Consumer<Row> told) {
    listener = told;
    for (Row[] byClass : rows.values()) {
      for (Row row : byClass) {
        if (row != null) {
          told.accept(row);
        }
      }
    }
  }
}
