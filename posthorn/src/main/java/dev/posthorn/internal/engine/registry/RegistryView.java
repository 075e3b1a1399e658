package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.SettingsRefresh;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads applications, endpoints and event types from memory, as they are on disk. Thread-safe;
 * never waits.
 */
public final class RegistryView {
  private final EndpointRegistry endpoints;
  private final EventTypeRegistry eventTypes;
  private final SettingsRefresh refresh;

  public RegistryView(
      EndpointRegistry endpoints, EventTypeRegistry eventTypes, SettingsRefresh refresh) {
    this.endpoints = endpoints;
    this.eventTypes = eventTypes;
    this.refresh = refresh;
  }

  /**
   * Catches up with what other nodes have committed before this call, for whoever does not find
   * something in memory; see {@link SettingsRefresh#refresh}.
   */
  public CompletableFuture<Boolean> refresh() {
    return refresh.refresh();
  }

  // ---- applications --------------------------------------------------------------------------

  /** Returns the applications of an environment, by id. */
  public List<ApplicationRow> applications(long environment) {
    return endpoints.applicationsOf(environment).map(RegisteredApplication::row).toList();
  }

  /** Returns applications of an environment; see {@link PageRequest}. */
  public List<ApplicationRow> applications(long environment, PageRequest listing) {
    return endpoints
        .applicationsOf(environment, listing)
        .map(RegisteredApplication::row)
        .limit(listing.limit())
        .toList();
  }

  /** Returns an application, or null. */
  public @Nullable ApplicationRow application(long id) {
    RegisteredApplication entry = endpoints.application(id);
    return entry == null ? null : entry.row();
  }

  /** Returns an application by the host's own name for it, or null. */
  public @Nullable ApplicationRow application(long environment, String uid) {
    RegisteredApplication entry = endpoints.application(environment, uid);
    return entry == null ? null : entry.row();
  }

  // ---- endpoints -----------------------------------------------------------------------------

  /** Returns the endpoints of an application, by id. */
  public List<EndpointRow> endpoints(long application) {
    return endpoints.requireApplication(application).endpoints().stream()
        .map(RegisteredEndpoint::row)
        .toList();
  }

  /** Returns endpoints of an application; see {@link PageRequest}. */
  public List<EndpointRow> endpoints(long application, PageRequest listing) {
    return endpoints
        .requireApplication(application)
        .endpoints(listing)
        .map(RegisteredEndpoint::row)
        .limit(listing.limit())
        .toList();
  }

  /** Returns an endpoint, or null. */
  public @Nullable EndpointRow endpoint(long id) {
    RegisteredEndpoint entry = endpoints.endpoint(id);
    return entry == null ? null : entry.row();
  }

  /** Returns an endpoint by the host's own name for it, or null. */
  public @Nullable EndpointRow endpoint(long application, String uid) {
    RegisteredEndpoint entry = endpoints.endpoint(application, uid);
    return entry == null ? null : entry.row();
  }

  /** Returns why a message is, or is not, for an endpoint: the name of a {@link Router.Choice}. */
  public String why(EndpointRow endpoint, String type, List<String> channels) {
    return Router.choose(endpoint, type, channels).name();
  }

  // ---- event types ---------------------------------------------------------------------------

  /** Returns an event type, or null. */
  public @Nullable EventTypeRow eventType(long environment, String name) {
    return eventTypes.eventType(environment, name);
  }

  /** Returns the event types of an environment, by name. */
  public List<EventTypeRow> eventTypes(long environment) {
    return List.copyOf(eventTypes.eventTypes(environment));
  }

  /**
   * Returns event types of an environment by name, or backwards.
   *
   * @param after the name that they come after in that order, or null for all
   * @param wanted selects the event types
   * @param limit the most event types to return
   */
  public List<EventTypeRow> eventTypes(
      long environment,
      @Nullable String after,
      boolean descending,
      Predicate<EventTypeRow> wanted,
      int limit) {
    return eventTypes.eventTypes(environment, after, descending).stream()
        .filter(wanted)
        .limit(limit)
        .toList();
  }
}
