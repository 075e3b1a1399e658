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
 * Counts the requests of a listener by operation and class of status, and logs them at debug level.
 * Of the client's data, it logs only the request id. Thread-safe.
 */
public final class RequestMetrics {
  /** The operation name of requests that match none. */
  private static final String NONE = "none";

  private static final Logger LOG = LoggerFactory.getLogger(RequestMetrics.class);

  private final Map<String, Row[]> rows = new ConcurrentHashMap<>();
  private final LongAdder turnedAway = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private volatile @Nullable Consumer<Row> listener;

  /** Counters of requests to one operation with one class of status. */
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

    /** Returns the number of requests. */
    public long count() {
      return count.sum();
    }

    /** Returns their total duration from head to answer, in nanoseconds. */
    public long nanos() {
      return nanos.sum();
    }
  }

  /** Counts an answered request. */
  void answered(String requestId, @Nullable Operation operation, int status, long nanos) {
    String id = operation == null ? NONE : operation.id();
    Row row = row(id, status / 100);
    row.count.increment();
    row.nanos.add(nanos);
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Request {} {} {} {} us", requestId, id, status, TimeUnit.NANOSECONDS.toMicros(nanos));
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

  /** Returns the number of requests to an operation that were answered with a class of status. */
  public long count(String operation, int statusClass) {
    Row[] byClass = rows.get(operation);
    Row row = byClass == null ? null : byClass[statusClass];
    return row == null ? 0 : row.count();
  }

  /** Counts a connection that was refused because of too many connections. */
  void turnedAway() {
    turnedAway.increment();
  }

  /** Returns the number of connections refused because of too many connections. */
  public long connectionsTurnedAway() {
    return turnedAway.sum();
  }

  /** Counts a connection that was closed to make room or because its client did not read. */
  void dropped() {
    dropped.increment();
  }

  /**
   * Returns the number of connections closed to make room or because their clients did not read.
   */
  public long connectionsDropped() {
    return dropped.sum();
  }

  /** Passes each existing row to a listener now, and each new one when it is created. */
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
