package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.store.LaneStateRow;
import dev.posthorn.store.SecretRow;
import dev.posthorn.store.SettingChange;
import dev.posthorn.store.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All applications and endpoints, in memory. Everybody reads; the writer changes it when a change
 * is committed, so it never shows what is not on disk.
 */
final class Directory {
  private static final int PAGE = 1_000;
  private static final ConcurrentSkipListMap<Long, ApplicationEntry> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, ApplicationEntry> applications = new ConcurrentHashMap<>();
  private final Map<Long, ConcurrentSkipListMap<Long, ApplicationEntry>> byEnvironment =
      new ConcurrentHashMap<>();
  private final OwnNames<ApplicationEntry> applicationNames = new OwnNames<>();
  private final Map<Long, EndpointEntry> endpoints = new ConcurrentHashMap<>();
  private final OwnNames<EndpointEntry> endpointNames = new OwnNames<>();
  private volatile Consumer<EndpointEntry> changed = endpoint -> {};

  /** Reads everything from a store. */
  static Directory load(Store store) {
    Directory directory = new Directory();
    long after = Long.MIN_VALUE;
    for (List<ApplicationRow> page; !(page = store.applications(after, PAGE)).isEmpty(); ) {
      page.forEach(row -> directory.applied(new ApplicationEntry(row), row));
      after = page.get(page.size() - 1).id();
    }
    after = Long.MIN_VALUE;
    for (List<EndpointRow> page; !(page = store.endpoints(after, PAGE)).isEmpty(); ) {
      long last = page.get(page.size() - 1).id();
      Map<Long, List<SecretRow>> secrets = secrets(store, after, last);
      for (EndpointRow row : page) {
        directory.restore(row, secrets.getOrDefault(row.id(), List.of()));
      }
      after = last;
    }
    after = Long.MIN_VALUE;
    for (List<LaneStateRow> page; !(page = store.laneStates(after, PAGE)).isEmpty(); ) {
      for (LaneStateRow row : page) {
        EndpointEntry endpoint = directory.endpoints.get(row.endpoint());
        if (endpoint != null) {
          endpoint.failingSince = row.failingSince();
          endpoint.laneState = row;
        }
      }
      after = page.get(page.size() - 1).endpoint();
    }
    return directory;
  }

  /** Returns the secrets of the endpoints after one and up to another, by endpoint. */
  private static Map<Long, List<SecretRow>> secrets(Store store, long after, long last) {
    Map<Long, List<SecretRow>> secrets = new HashMap<>();
    long from = after;
    while (from < last) {
      List<SecretRow> page = store.secrets(from, PAGE);
      if (page.isEmpty()) {
        break;
      }
      for (SecretRow row : page) {
        secrets.computeIfAbsent(row.endpoint(), e -> new ArrayList<>()).add(row);
      }
      from = page.get(page.size() - 1).endpoint();
    }
    return secrets;
  }

  private void restore(EndpointRow row, List<SecretRow> secrets) {
    ApplicationEntry application = applications.get(row.application());
    if (application != null) {
      put(application, new EndpointEntry(application.row().environment(), row, secrets), row);
    }
  }

  /** Sets who is told that an endpoint has changed. */
  void onChange(Consumer<EndpointEntry> listener) {
    changed = listener;
  }

  @Nullable ApplicationEntry application(long id) {
    return applications.get(id);
  }

  @Nullable ApplicationEntry application(long environment, String uid) {
    return applicationNames.find(environment, uid);
  }

  /** Returns all endpoints, in any order. */
  Collection<EndpointEntry> endpoints() {
    return endpoints.values();
  }

  /** Returns an endpoint by the host's own name for it, or null. */
  @Nullable EndpointEntry endpoint(long application, String uid) {
    return endpointNames.find(application, uid);
  }

  @Nullable EndpointEntry endpoint(long id) {
    return endpoints.get(id);
  }

  /** Returns what all endpoints of an endpoint's application may have together. */
  ApplicationRate rateOf(EndpointEntry endpoint) {
    ApplicationEntry application = applications.get(endpoint.row().application());
    return application == null ? new ApplicationRate() : application.rate();
  }

  /** Returns an application, or throws that there is none. */
  ApplicationEntry requireApplication(long id) {
    ApplicationEntry application = applications.get(id);
    if (application == null) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: there is none with this id; list the applications");
    }
    return application;
  }

  /** Returns an endpoint, or throws that there is none. */
  EndpointEntry requireEndpoint(long id) {
    EndpointEntry endpoint = endpoints.get(id);
    if (endpoint == null) {
      throw new PosthornException(
          Reason.NOT_FOUND, "endpoint: there is none with this id; list the endpoints");
    }
    return endpoint;
  }

  /** Returns the applications of an environment, by id. */
  Stream<ApplicationEntry> applicationsOf(long environment) {
    return byEnvironment(environment).values().stream();
  }

  /** Returns the applications of an environment that a listing asks for, in its order. */
  Stream<ApplicationEntry> applicationsOf(long environment, Listing listing) {
    return listing.of(byEnvironment(environment));
  }

  /** Returns the environments that have, or had, applications. */
  Set<Long> environments() {
    return byEnvironment.keySet();
  }

  private NavigableMap<Long, ApplicationEntry> byEnvironment(long environment) {
    return byEnvironment.getOrDefault(environment, NOTHING);
  }

  // ---- committed changes; writer only --------------------------------------------------------

  /** An application was inserted or changed. */
  private void applied(ApplicationEntry application, ApplicationRow row) {
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

  /** An endpoint was inserted or changed. */
  private void applied(EndpointEntry endpoint, EndpointEntry.Settings settings) {
    EndpointRow before = endpoint.row();
    endpoint.settings(settings);
    ApplicationEntry application = applications.get(settings.row().application());
    if (application == null) {
      return;
    }
    put(application, endpoint, before);
    changed.accept(endpoint);
  }

  private void put(ApplicationEntry application, EndpointEntry endpoint, EndpointRow before) {
    boolean known = endpoints.put(endpoint.id, endpoint) != null;
    endpointNames.applied(
        application.id, known ? before.uid() : null, endpoint.row().uid(), endpoint);
    application.put(endpoint, known ? before : null);
  }

  /** An endpoint was removed. */
  private void removed(EndpointEntry endpoint) {
    endpoints.remove(endpoint.id);
    EndpointEntry.Settings last = endpoint.settings();
    endpointNames.applied(last.row().application(), last.row().uid(), null, endpoint);
    endpoint.settings(new EndpointEntry.Settings(last.row(), List.of(), true));
    ApplicationEntry application = applications.get(last.row().application());
    if (application != null) {
      application.remove(endpoint);
    }
    changed.accept(endpoint);
  }

  /** An application was removed; its endpoints were before. */
  private void removed(ApplicationEntry application) {
    ApplicationRow last = application.row();
    applications.remove(application.id);
    byEnvironment(last.environment()).remove(application.id);
    applicationNames.applied(last.environment(), last.uid(), null, application);
    application.delete();
  }

  // ---- changes in a batch; writer only -------------------------------------------------------

  /** Has a batch create an application; it shows here once the batch is committed. */
  void add(ApplicationEntry application, Writing writing) {
    ApplicationRow row = application.row();
    writing.batch.settings.add(new SettingChange.PutApplication(row));
    applicationNames.stage(row.environment(), null, row.uid(), application, writing);
    writing.onCommit(() -> applied(application, row));
  }

  /** Puts an application's changed row into a batch; it shows here once the batch is committed. */
  void stage(ApplicationEntry application, ApplicationRow row, Writing writing) {
    String before = application.current().uid();
    writing.batch.settings.add(new SettingChange.PutApplication(row));
    applicationNames.stage(row.environment(), before, row.uid(), application, writing);
    application.staged = row;
    writing.onUndo(() -> application.staged = null);
    writing.onCommit(
        () -> {
          application.staged = null;
          applied(application, row);
        });
  }

  /** Has a batch remove an application, after its endpoints. */
  void remove(ApplicationEntry application, Writing writing) {
    ApplicationRow last = application.current();
    writing.batch.settings.add(new SettingChange.RemoveApplication(application.id));
    applicationNames.stage(last.environment(), last.uid(), null, application, writing);
    application.endsInBatch = true;
    writing.onUndo(() -> application.endsInBatch = false);
    writing.onCommit(() -> removed(application));
  }

  /** Returns the application with a name as of a batch, or null. */
  @Nullable ApplicationEntry currentApplication(long environment, String uid) {
    return applicationNames.current(environment, uid);
  }

  /** Has a batch create an endpoint with its secrets; it shows here once that is committed. */
  void add(ApplicationEntry owner, EndpointEntry endpoint, Writing writing) {
    EndpointRow row = endpoint.row();
    writing.batch.settings.add(new SettingChange.PutEndpoint(row));
    for (SecretRow secret : endpoint.settings().secrets()) {
      writing.batch.settings.add(new SettingChange.PutSecret(secret));
    }
    endpointNames.stage(owner.id, null, row.uid(), endpoint, writing);
    owner.createdInBatch.add(endpoint);
    writing.onEnd(() -> owner.createdInBatch.remove(endpoint));
    writing.onCommit(() -> applied(endpoint, endpoint.settings()));
  }

  /** Returns the endpoint with a name as of a batch, or null. */
  @Nullable EndpointEntry currentEndpoint(long application, String uid) {
    return endpointNames.current(application, uid);
  }

  /** Puts an endpoint's changed row into a batch; it shows here once the batch is committed. */
  void stage(EndpointEntry endpoint, EndpointRow row, Writing writing) {
    writing.batch.settings.add(new SettingChange.PutEndpoint(row));
    stage(endpoint, new EndpointEntry.Settings(row, current(endpoint).secrets(), false), writing);
  }

  /** Has an endpoint's settings show here once a batch, which holds the changes, is committed. */
  void stage(EndpointEntry endpoint, EndpointEntry.Settings settings, Writing writing) {
    EndpointRow row = settings.row();
    String before = current(endpoint).row().uid();
    endpointNames.stage(row.application(), before, row.uid(), endpoint, writing);
    endpoint.staged = settings;
    writing.onUndo(() -> endpoint.staged = null);
    writing.onCommit(
        () -> {
          endpoint.staged = null;
          applied(endpoint, settings);
        });
  }

  /** Has a batch remove an endpoint; it is gone here once the batch is committed. */
  void remove(EndpointEntry endpoint, Writing writing) {
    writing.batch.settings.add(new SettingChange.RemoveEndpoint(endpoint.id));
    writing.batch.settings.add(new SettingChange.RemoveCancelMark(0, endpoint.id));
    EndpointRow last = current(endpoint).row();
    endpointNames.stage(last.application(), last.uid(), null, endpoint, writing);
    endpoint.staged = new EndpointEntry.Settings(last, List.of(), true);
    writing.onUndo(() -> endpoint.staged = null);
    writing.onCommit(
        () -> {
          endpoint.staged = null;
          removed(endpoint);
        });
  }

  /** Returns an endpoint as of a batch, or throws that there is none. */
  EndpointEntry requireCurrent(long id) {
    EndpointEntry endpoint = requireEndpoint(id);
    if (current(endpoint).deleted()) {
      throw new PosthornException(
          Reason.NOT_FOUND, "endpoint: there is none with this id; list the endpoints");
    }
    return endpoint;
  }

  /** Returns an endpoint's settings as of a batch. */
  EndpointEntry.Settings current(EndpointEntry endpoint) {
    EndpointEntry.Settings staged = endpoint.staged;
    return staged != null ? staged : endpoint.settings();
  }

  /** Has a batch forget since when an endpoint fails. */
  void forgive(EndpointEntry endpoint, Writing writing) {
    LaneStateRow state = endpoint.laneState;
    if (state != null) {
      writing.batch.settings.add(new SettingChange.PutLaneState(state.withFailingSince(0)));
    }
    writing.onCommit(() -> endpoint.failingSince = 0);
  }

  /** Disables an endpoint that is enabled; returns the new state, or null if it was not. */
  @Nullable EndpointState disable(EndpointEntry endpoint, EndpointState state, Writing writing) {
    EndpointRow row = current(endpoint).row();
    if (!row.state().accepts() || current(endpoint).deleted()) {
      return null;
    }
    stage(endpoint, row.with(state, writing.now), writing);
    return state;
  }
}
