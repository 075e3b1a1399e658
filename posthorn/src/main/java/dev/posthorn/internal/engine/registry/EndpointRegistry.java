package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All applications and endpoints, in memory. Everybody reads; the writer applies committed changes
 * ({@link StagedEndpoints}), so it never shows what is not on disk.
 */
public final class EndpointRegistry {
  private static final int PAGE = 1_000;
  private static final ConcurrentSkipListMap<Long, RegisteredApplication> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, RegisteredApplication> applications = new ConcurrentHashMap<>();
  private final Map<Long, ConcurrentSkipListMap<Long, RegisteredApplication>> byEnvironment =
      new ConcurrentHashMap<>();
  private final Map<Integer, Map<Long, RegisteredApplication>> byPartition =
      new ConcurrentHashMap<>();
  private final OwnNames<RegisteredApplication> applicationNames = new OwnNames<>();
  private final Map<Long, RegisteredEndpoint> endpoints = new ConcurrentHashMap<>();
  private final OwnNames<RegisteredEndpoint> endpointNames = new OwnNames<>();
  private volatile Consumer<RegisteredEndpoint> changed = endpoint -> {};

  private final LongToIntFunction partitionOf;

  private EndpointRegistry(LongToIntFunction partitionOf) {
    this.partitionOf = partitionOf;
  }

  /** Reads everything from a store. */
  public static EndpointRegistry load(Store store) {
    EndpointRegistry registry = new EndpointRegistry(store::partitionOf);
    registry.load(store.across(store.allPartitions()));
    return registry;
  }

  private void load(PartitionScan store) {
    ScanPage.forEach(
        store::applications, PAGE, page -> page.forEach(application -> put(application.row())));
    ScanPage.forEach(store::endpoints, PAGE, page -> page.forEach(row -> restore(row.row())));
    ScanPage.forEach(store::laneStates, PAGE, page -> page.forEach(row -> restore(row.row())));
  }

  private void restore(StoredEndpoint stored) {
    var unused = restore(new RegisteredEndpoint.Settings(stored.row(), stored.secrets(), false));
  }

  private void restore(LaneStateRow row) {
    RegisteredEndpoint endpoint = endpoints.get(row.endpoint());
    if (endpoint != null) {
      endpoint.failingSince = row.failingSince();
      endpoint.laneState = row;
    }
  }

  /** Sets the states that the lanes of partitions go on from, as they are in the store now. */
  public void restore(Set<Integer> partitions, List<LaneStateRow> laneStates) {
    endpoints(partitions)
        .filter(endpoint -> endpoint.laneState != null)
        .forEach(
            endpoint -> {
              endpoint.failingSince = 0;
              endpoint.laneState = null;
            });
    laneStates.forEach(this::restore);
  }

  /** Returns the partition of the store that has everything of an application. */
  public int partitionOf(long application) {
    RegisteredApplication present = applications.get(application);
    return present != null ? present.partition : partitionOf.applyAsInt(application);
  }

  /** Sets the listener to changes of endpoints. */
  public void onChange(Consumer<RegisteredEndpoint> listener) {
    changed = listener;
  }

  @Nullable RegisteredApplication application(long id) {
    return applications.get(id);
  }

  @Nullable RegisteredApplication application(long environment, String uid) {
    return applicationNames.find(environment, uid);
  }

  /** Returns all applications, in any order. */
  Collection<RegisteredApplication> applications() {
    return applications.values();
  }

  /** Returns whether there is an application. */
  public boolean hasApplication(long id) {
    return applications.containsKey(id);
  }

  /** Returns all endpoints, in any order. */
  public Collection<RegisteredEndpoint> endpoints() {
    return endpoints.values();
  }

  /**
   * Returns the endpoints of partitions, in any order. A node takes over a few partitions at a
   * time, so nothing that it does for them may look at all endpoints.
   */
  public Stream<RegisteredEndpoint> endpoints(Set<Integer> partitions) {
    return partitions.stream()
        .flatMap(partition -> byPartition.getOrDefault(partition, Map.of()).values().stream())
        .flatMap(application -> application.endpoints().stream());
  }

  /** Returns an endpoint by the host's own name for it, or null. */
  @Nullable RegisteredEndpoint endpoint(long application, String uid) {
    return endpointNames.find(application, uid);
  }

  public @Nullable RegisteredEndpoint endpoint(long id) {
    return endpoints.get(id);
  }

  /** Returns the rate limit of an endpoint's application. */
  public ApplicationRate rateOf(RegisteredEndpoint endpoint) {
    RegisteredApplication application = applications.get(endpoint.row().application());
    return application == null ? new ApplicationRate() : application.rate();
  }

  /** Returns an application, or fails with NOT_FOUND. */
  public RegisteredApplication requireApplication(long id) {
    RegisteredApplication application = applications.get(id);
    if (application == null) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: unknown id; list the applications");
    }
    return application;
  }

  /** Returns an endpoint, or fails with NOT_FOUND. */
  public RegisteredEndpoint requireEndpoint(long id) {
    RegisteredEndpoint endpoint = endpoints.get(id);
    if (endpoint == null) {
      throw new PosthornException(Reason.NOT_FOUND, "endpoint: unknown id; list the endpoints");
    }
    return endpoint;
  }

  /** Returns the applications of an environment, by id. */
  Stream<RegisteredApplication> applicationsOf(long environment) {
    return byEnvironment(environment).values().stream();
  }

  /** Returns the applications of an environment that a listing asks for, in its order. */
  public Stream<RegisteredApplication> applicationsOf(long environment, PageRequest listing) {
    return listing.of(byEnvironment(environment)).values().stream();
  }

  /** Returns the partitions that have applications of an environment, each once. */
  public IntStream partitionsOf(long environment) {
    return applicationsOf(environment).mapToInt(application -> application.partition).distinct();
  }

  /** Returns the environments that have, or had, applications. */
  public Set<Long> environments() {
    return byEnvironment.keySet();
  }

  private NavigableMap<Long, RegisteredApplication> byEnvironment(long environment) {
    return byEnvironment.getOrDefault(environment, NOTHING);
  }

  // ---- committed changes; writer only --------------------------------------------------------

  // Each may be applied again, also if it failed halfway.

  /** Applies a new or changed application. */
  void put(ApplicationRow row) {
    RegisteredApplication application =
        applications.computeIfAbsent(
            row.id(), id -> new RegisteredApplication(partitionOf.applyAsInt(id), row));
    byEnvironment
        .computeIfAbsent(row.environment(), id -> new ConcurrentSkipListMap<>())
        .put(row.id(), application);
    in(application.partition).put(row.id(), application);
    applicationNames.applied(row.environment(), application.row().uid(), row.uid(), application);
    application.row(row);
  }

  private Map<Long, RegisteredApplication> in(int partition) {
    return byPartition.computeIfAbsent(partition, number -> new ConcurrentHashMap<>());
  }

  /** Applies a new or changed endpoint. */
  void put(RegisteredEndpoint.Settings settings) {
    RegisteredEndpoint endpoint = restore(settings);
    if (endpoint != null) {
      changed.accept(endpoint);
    }
  }

  /** Applies that the failures of an endpoint so far no longer count. */
  void forgiveFailures(long id) {
    RegisteredEndpoint endpoint = endpoints.get(id);
    if (endpoint != null) {
      endpoint.failingSince = 0;
    }
  }

  /** Adds or changes an endpoint; returns it, or null if its application is unknown. */
  private @Nullable RegisteredEndpoint restore(RegisteredEndpoint.Settings settings) {
    EndpointRow row = settings.row();
    RegisteredApplication application = applications.get(row.application());
    if (application == null) {
      return null;
    }
    RegisteredEndpoint known = endpoints.get(row.id());
    RegisteredEndpoint endpoint =
        known != null ? known : application.endpoint(row, settings.secrets());
    EndpointRow before = known == null ? null : known.row();
    endpoints.put(row.id(), endpoint);
    endpointNames.applied(
        application.id, before == null ? null : before.uid(), row.uid(), endpoint);
    application.put(endpoint, before, settings);
    return endpoint;
  }

  /** Applies the removal of an endpoint. */
  void removeEndpoint(long id) {
    RegisteredEndpoint endpoint = endpoints.get(id);
    if (endpoint == null) {
      return;
    }
    EndpointRow last = endpoint.row();
    RegisteredApplication application = applications.get(last.application());
    if (application != null) {
      application.remove(endpoint);
    }
    endpointNames.applied(last.application(), last.uid(), null, endpoint);
    endpoint.settings(new RegisteredEndpoint.Settings(last, List.of(), true));
    changed.accept(endpoint);
    endpoints.remove(id);
  }

  /** Applies the removal of an application; its endpoints were removed before. */
  void removeApplication(long id) {
    RegisteredApplication application = applications.get(id);
    if (application != null) {
      ApplicationRow last = application.row();
      applicationNames.applied(last.environment(), last.uid(), null, application);
      byEnvironment(last.environment()).remove(id);
      in(application.partition).remove(id);
      application.delete();
      applications.remove(id);
    }
  }

  // ---- as of a batch; writer only ------------------------------------------------------------

  /** Returns an endpoint that a batch does not remove, or fails with NOT_FOUND. */
  public RegisteredEndpoint requireCurrent(long id, JournalBatch batch) {
    RegisteredEndpoint endpoint = requireEndpoint(id);
    var unused = StagedSettings.of(batch).endpoints().requireEndpoint(id);
    return endpoint;
  }

  /**
   * Puts the row of an endpoint into a batch as it is, so that no process prepares a message with
   * the settings from before the batch and stores it afterwards: a later message has greater ids
   * than the batch, whatever the clock of its process says.
   */
  public void confirm(RegisteredEndpoint endpoint, JournalBatch batch) {
    batch.change(
        new SettingChange.PutEndpoint(
            StagedSettings.of(batch).endpoints().requireEndpoint(endpoint.id).row()));
  }

  /** Disables an endpoint that is enabled; returns the new state, or null if it was not. */
  public @Nullable EndpointState disable(
      RegisteredEndpoint endpoint, EndpointState state, JournalBatch batch) {
    RegisteredEndpoint.Settings present =
        StagedSettings.of(batch).endpoints().endpoint(endpoint.id);
    if (present == null || !present.row().state().accepts()) {
      return null;
    }
    batch.change(new SettingChange.PutEndpoint(present.row().with(state, batch.now)));
    return state;
  }
}
