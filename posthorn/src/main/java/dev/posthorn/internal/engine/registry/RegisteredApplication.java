package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application in memory, with its endpoints. The writer applies committed changes; everybody
 * reads it.
 */
public final class RegisteredApplication {
  public final long id;

  /** The partition of the store that has everything of it. */
  public final int partition;

  private final ApplicationRate rate = new ApplicationRate();
  private volatile ApplicationRow row;
  private final EndpointIndex endpoints = new EndpointIndex();
  private volatile int version;
  private volatile boolean deleted;
  private volatile Routes routes = new Routes();

  /** The size of its endpoints, see {@link EndpointSize}. Writer only. */
  private long endpointBytes;

  RegisteredApplication(int partition, ApplicationRow row) {
    this.id = row.id();
    this.partition = partition;
    this.row = row;
    rate.rate(row.rateLimit());
  }

  /** Returns the rate limit of all its endpoints together. */
  ApplicationRate rate() {
    return rate;
  }

  public ApplicationRow row() {
    return row;
  }

  /** Returns an endpoint of it, which is not registered yet. */
  RegisteredEndpoint endpoint(EndpointRow endpoint, List<SecretRow> secrets) {
    return new RegisteredEndpoint(row.environment(), partition, endpoint, secrets);
  }

  /** Returns its endpoints, by id. */
  Collection<RegisteredEndpoint> endpoints() {
    return endpoints.byId().values();
  }

  /** Returns the endpoints that a listing asks for, in its order. */
  Stream<RegisteredEndpoint> endpoints(PageRequest listing) {
    return listing.of(endpoints.byId()).values().stream();
  }

  /** Returns the number of its endpoints. */
  int size() {
    return endpoints.size();
  }

  /** Returns the endpoints that a message may be for; see {@link EndpointIndex#candidates}. */
  List<RegisteredEndpoint> candidates(String type, List<String> channels) {
    return endpoints.candidates(type, channels);
  }

  /** Returns a number that changes with every change of the application or one of its endpoints. */
  public int version() {
    return version;
  }

  public boolean deleted() {
    return deleted;
  }

  void row(ApplicationRow changed) {
    row = changed;
    rate.rate(changed.rateLimit());
    touch();
  }

  /** Returns the size of its endpoints, see {@link EndpointSize}. Writer only. */
  long endpointBytes() {
    return endpointBytes;
  }

  /**
   * Adds an endpoint, or applies its change.
   *
   * @param before its row before, or null if it is new
   */
  void put(
      RegisteredEndpoint endpoint,
      @Nullable EndpointRow before,
      RegisteredEndpoint.Settings settings) {
    endpoints.put(endpoint, before, settings.row());
    endpoint.settings(settings); // last: if it fails before, it can be done again
    count(endpoint, EndpointSize.of(settings));
    touch();
  }

  void remove(RegisteredEndpoint endpoint) {
    endpoints.remove(endpoint);
    count(endpoint, 0);
    touch();
  }

  private void count(RegisteredEndpoint endpoint, long size) {
    endpointBytes += size - endpoint.size;
    endpoint.size = size;
  }

  void delete() {
    deleted = true;
    touch();
  }

  /**
   * Returns the cache of routes by event type: another one after each change, so a route that is
   * worked out during a change is not remembered.
   */
  Routes routes() {
    return routes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  private void touch() {
    version++;
    routes = new Routes();
  }
}
