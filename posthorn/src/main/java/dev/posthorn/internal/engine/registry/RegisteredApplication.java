package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.PageRequest;
import dev.posthorn.spi.store.SecretRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application in memory, with its endpoints. The writer changes it when a change is committed;
 * everybody reads it.
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

  /** The row as of the batch that is being written, if it changes there. Writer only. */
  @Nullable ApplicationRow staged;

  /** The size of its endpoints, see {@link EndpointSize}. Writer only. */
  private long endpointBytes;

  /** The growth of that size by the batch that is being written. Writer only. */
  private long bytesInBatch;

  /** Endpoints that the batch being written creates. Writer only. */
  final List<RegisteredEndpoint> createdInBatch = new ArrayList<>();

  /** True if the batch being written removes it. Writer only. */
  boolean endsInBatch;

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

  /** Returns the row as of the batch that is being written. Writer only. */
  ApplicationRow current() {
    ApplicationRow here = staged;
    return here != null ? here : row;
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

  /**
   * Reserves room for settings of an endpoint as part of a batch; settings that do not grow always
   * fit.
   *
   * @param before the previous settings, or null
   * @param mostEndpoints the most endpoints that it may have
   */
  void takeRoom(
      RegisteredEndpoint.@Nullable Settings before,
      RegisteredEndpoint.Settings after,
      int mostEndpoints,
      JournalBatch batch) {
    long more = EndpointSize.of(after) - (before == null ? 0 : EndpointSize.of(before));
    long most = (long) mostEndpoints * EndpointSize.MEAN;
    if (more > 0 && endpointBytes + bytesInBatch + more > most) {
      throw new PosthornException(
          Reason.CONFLICT,
          "endpoints: the texts of all endpoints of the application take more than "
              + most
              + " bytes together, event types and channels "
              + EndpointSize.INDEXED
              + " each besides their characters; give fewer, or have the limit raised");
    }
    bytesInBatch += more;
    batch.onEnd(() -> bytesInBatch -= more);
  }

  /** Adds an endpoint, or applies its change. */
  void put(RegisteredEndpoint endpoint, @Nullable EndpointRow before) {
    endpoints.put(endpoint, before);
    count(endpoint, EndpointSize.of(endpoint.settings()));
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
