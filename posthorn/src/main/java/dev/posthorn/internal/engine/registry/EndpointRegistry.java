package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.PageRequest;
import dev.posthorn.spi.store.PartitionScan;
import dev.posthorn.spi.store.ScanPage;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoredEndpoint;
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
 * All applications and endpoints, in memory. Everybody reads; the writer changes it when a change
 * is committed, so it never shows what is not on disk.
 */
public final class EndpointRegistry {
  private static final int PAGE = 1_000;
  private static final ConcurrentSkipListMap<Long, RegisteredApplication> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, RegisteredApplication> applications = new ConcurrentHashMap<>();
  private final Map<Long, ConcurrentSkipListMap<Long, RegisteredApplication>> byEnvironment =
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
        store::applications,
        PAGE,
        page ->
            page.forEach(
                row -> applied(new RegisteredApplication(row.partition(), row.row()), row.row())));
    ScanPage.forEach(store::endpoints, PAGE, page -> page.forEach(row -> restore(row.row())));
    ScanPage.forEach(store::laneStates, PAGE, page -> page.forEach(row -> restore(row.row())));
  }

  private void restore(StoredEndpoint stored) {
    EndpointRow row = stored.row();
    RegisteredApplication application = applications.get(row.application());
    if (application != null) {
      put(application, application.endpoint(row, stored.secrets()), row);
    }
  }

  private void restore(LaneStateRow row) {
    RegisteredEndpoint endpoint = endpoints.get(row.endpoint());
    if (endpoint != null) {
      endpoint.failingSince = row.failingSince();
      endpoint.laneState = row;
    }
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

  /** Returns all endpoints, in any order. */
  public Collection<RegisteredEndpoint> endpoints() {
    return endpoints.values();
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

  /** Applies a new or changed application. */
  private void applied(RegisteredApplication application, ApplicationRow row) {
    String before = null;
    if (applications.putIfAbsent(row.id(), application) == null) {
      byEnvironment
          .computeIfAbsent(row.environment(), id -> new ConcurrentSkipListMap<>())
          .put(row.id(), application);
    } else {
      before = application.row().uid();
      application.row(row);
    }
    applicationNames.applied(row.environment(), before, row.uid(), application);
  }

  /** Applies a new or changed endpoint. */
  private void applied(RegisteredEndpoint endpoint, RegisteredEndpoint.Settings settings) {
    EndpointRow before = endpoint.row();
    endpoint.settings(settings);
    RegisteredApplication application = applications.get(settings.row().application());
    if (application == null) {
      return;
    }
    put(application, endpoint, before);
    changed.accept(endpoint);
  }

  private void put(
      RegisteredApplication application, RegisteredEndpoint endpoint, EndpointRow before) {
    boolean known = endpoints.put(endpoint.id, endpoint) != null;
    endpointNames.applied(
        application.id, known ? before.uid() : null, endpoint.row().uid(), endpoint);
    application.put(endpoint, known ? before : null);
  }

  /** Applies the removal of an endpoint. */
  private void removed(RegisteredEndpoint endpoint) {
    endpoints.remove(endpoint.id);
    RegisteredEndpoint.Settings last = endpoint.settings();
    endpointNames.applied(last.row().application(), last.row().uid(), null, endpoint);
    endpoint.settings(new RegisteredEndpoint.Settings(last.row(), List.of(), true));
    RegisteredApplication application = applications.get(last.row().application());
    if (application != null) {
      application.remove(endpoint);
    }
    changed.accept(endpoint);
  }

  /** Applies the removal of an application; its endpoints were removed before. */
  private void removed(RegisteredApplication application) {
    ApplicationRow last = application.row();
    applications.remove(application.id);
    byEnvironment(last.environment()).remove(application.id);
    applicationNames.applied(last.environment(), last.uid(), null, application);
    application.delete();
  }

  // ---- changes in a batch; writer only -------------------------------------------------------

  /** Returns an application as of a batch, or fails with NOT_FOUND. */
  RegisteredApplication requireCurrentApplication(long id) {
    RegisteredApplication entry = requireApplication(id);
    if (entry.endsInBatch) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: is being removed; create it again first");
    }
    return entry;
  }

  /** Creates an application in a batch; it shows here once the batch is committed. */
  void add(RegisteredApplication application, JournalBatch batch) {
    ApplicationRow row = application.row();
    batch.settings().add(new SettingChange.PutApplication(row));
    applicationNames.stage(row.environment(), null, row.uid(), application, batch);
    batch.onCommit(() -> applied(application, row));
  }

  /** Changes an application in a batch; the change shows here once the batch is committed. */
  void stage(RegisteredApplication application, ApplicationRow row, JournalBatch batch) {
    String before = application.current().uid();
    batch.settings().add(new SettingChange.PutApplication(row));
    applicationNames.stage(row.environment(), before, row.uid(), application, batch);
    application.staged = row;
    batch.onUndo(() -> application.staged = null);
    batch.onCommit(
        () -> {
          application.staged = null;
          applied(application, row);
        });
  }

  /** Removes an application in a batch, after its endpoints. */
  void remove(RegisteredApplication application, JournalBatch batch) {
    ApplicationRow last = application.current();
    batch.settings().add(new SettingChange.RemoveApplication(application.id));
    applicationNames.stage(last.environment(), last.uid(), null, application, batch);
    application.endsInBatch = true;
    batch.onUndo(() -> application.endsInBatch = false);
    batch.onCommit(() -> removed(application));
  }

  /** Returns the application with a name as of a batch, or null. */
  @Nullable RegisteredApplication currentApplication(long environment, String uid) {
    return applicationNames.current(environment, uid);
  }

  /** Creates an endpoint with its secrets in a batch; it shows here once that is committed. */
  void add(RegisteredApplication owner, RegisteredEndpoint endpoint, JournalBatch batch) {
    EndpointRow row = endpoint.row();
    batch.settings().add(new SettingChange.PutEndpoint(row));
    for (SecretRow secret : endpoint.settings().secrets()) {
      batch.settings().add(new SettingChange.PutSecret(owner.partition, secret));
    }
    endpointNames.stage(owner.id, null, row.uid(), endpoint, batch);
    owner.createdInBatch.add(endpoint);
    batch.onEnd(() -> owner.createdInBatch.remove(endpoint));
    batch.onCommit(() -> applied(endpoint, endpoint.settings()));
  }

  /** Returns the endpoint with a name as of a batch, or null. */
  @Nullable RegisteredEndpoint currentEndpoint(long application, String uid) {
    return endpointNames.current(application, uid);
  }

  /** Changes an endpoint in a batch; the change shows here once the batch is committed. */
  void stage(RegisteredEndpoint endpoint, EndpointRow row, JournalBatch batch) {
    batch.settings().add(new SettingChange.PutEndpoint(row));
    stage(
        endpoint, new RegisteredEndpoint.Settings(row, current(endpoint).secrets(), false), batch);
  }

  /** Shows an endpoint's settings here once a batch, which has the changes, is committed. */
  void stage(
      RegisteredEndpoint endpoint, RegisteredEndpoint.Settings settings, JournalBatch batch) {
    EndpointRow row = settings.row();
    String before = current(endpoint).row().uid();
    endpointNames.stage(row.application(), before, row.uid(), endpoint, batch);
    endpoint.staged = settings;
    batch.onUndo(() -> endpoint.staged = null);
    batch.onCommit(
        () -> {
          endpoint.staged = null;
          applied(endpoint, settings);
        });
  }

  /** Removes an endpoint in a batch; it is gone here once the batch is committed. */
  void remove(RegisteredEndpoint endpoint, JournalBatch batch) {
    batch.settings().add(new SettingChange.RemoveEndpoint(endpoint.partition, endpoint.id));
    batch.settings().add(new SettingChange.RemoveCancelMark(endpoint.partition, 0, endpoint.id));
    EndpointRow last = current(endpoint).row();
    endpointNames.stage(last.application(), last.uid(), null, endpoint, batch);
    endpoint.staged = new RegisteredEndpoint.Settings(last, List.of(), true);
    batch.onUndo(() -> endpoint.staged = null);
    batch.onCommit(
        () -> {
          endpoint.staged = null;
          removed(endpoint);
        });
  }

  /** Returns an endpoint as of a batch, or fails with NOT_FOUND. */
  public RegisteredEndpoint requireCurrent(long id) {
    RegisteredEndpoint endpoint = requireEndpoint(id);
    if (current(endpoint).deleted()) {
      throw new PosthornException(Reason.NOT_FOUND, "endpoint: unknown id; list the endpoints");
    }
    return endpoint;
  }

  /** Returns an endpoint's settings as of a batch. */
  RegisteredEndpoint.Settings current(RegisteredEndpoint endpoint) {
    RegisteredEndpoint.Settings staged = endpoint.staged;
    return staged != null ? staged : endpoint.settings();
  }

  /** Forgets, in a batch, the failures of an endpoint. */
  void forgive(RegisteredEndpoint endpoint, JournalBatch batch) {
    LaneStateRow state = endpoint.laneState;
    if (state != null) {
      batch
          .settings()
          .add(new SettingChange.PutLaneState(endpoint.partition, state.withFailingSince(0)));
    }
    batch.onCommit(() -> endpoint.failingSince = 0);
  }

  /** Disables an endpoint that is enabled; returns the new state, or null if it was not. */
  public @Nullable EndpointState disable(
      RegisteredEndpoint endpoint, EndpointState state, JournalBatch batch) {
    EndpointRow row = current(endpoint).row();
    if (!row.state().accepts() || current(endpoint).deleted()) {
      return null;
    }
    stage(endpoint, row.with(state, batch.now), batch);
    return state;
  }
}
