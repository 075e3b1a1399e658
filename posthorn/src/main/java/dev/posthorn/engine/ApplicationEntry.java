package dev.posthorn.engine;

import dev.posthorn.store.ApplicationRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An application in memory, with its endpoints. The writer changes it when a change is committed;
 * everybody reads it.
 */
final class ApplicationEntry {
  private static final EndpointEntry[] NONE = {};

  final long id;
  private final ApplicationRate rate = new ApplicationRate();
  private volatile ApplicationRow row;
  private volatile EndpointEntry[] endpoints = NONE;
  private volatile int version;
  private volatile boolean deleted;
  private volatile Map<String, EndpointEntry[]> routes = new ConcurrentHashMap<>();

  /** The row as of the batch that is being written, if it changes there. Writer only. */
  @Nullable ApplicationRow staged;

  /** Endpoints that the batch which is being written creates. Writer only. */
  final List<EndpointEntry> createdInBatch = new ArrayList<>();

  /** Whether the batch which is being written removes it. Writer only. */
  boolean endsInBatch;

  ApplicationEntry(ApplicationRow row) {
    this.id = row.id();
    this.row = row;
    rate.rate(row.rateLimit());
  }

  /** Returns what all of its endpoints may have together. */
  ApplicationRate rate() {
    return rate;
  }

  ApplicationRow row() {
    return row;
  }

  /** Returns its endpoints, by id. Not to be modified. */
  EndpointEntry[] endpoints() {
    return endpoints;
  }

  /** Returns a number that changes with every change of the application or one of its endpoints. */
  int version() {
    return version;
  }

  boolean deleted() {
    return deleted;
  }

  void row(ApplicationRow changed) {
    row = changed;
    rate.rate(changed.rateLimit());
    touch();
  }

  void add(EndpointEntry endpoint) {
    EndpointEntry[] more = Arrays.copyOf(endpoints, endpoints.length + 1);
    more[more.length - 1] = endpoint;
    endpoints = more;
    touch();
  }

  void remove(EndpointEntry endpoint) {
    endpoints = Arrays.stream(endpoints).filter(e -> e != endpoint).toArray(EndpointEntry[]::new);
    touch();
  }

  void delete() {
    deleted = true;
    touch();
  }

  /**
   * Returns where the routes of event types are remembered: another map after each change, so what
   * is worked out during a change is not remembered.
   */
  Map<String, EndpointEntry[]> routes() {
    return routes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  void touch() {
    version++;
    routes = new ConcurrentHashMap<>();
  }
}
