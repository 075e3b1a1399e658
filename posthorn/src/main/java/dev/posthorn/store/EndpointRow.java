package dev.posthorn.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as it is stored. Its secrets and custom headers are {@link SecretRow}s.
 *
 * @param id its id
 * @param application whose it is
 * @param uid the host's own name for it, unique within the application, or null
 * @param url where its deliveries go
 * @param description a note for people
 * @param eventTypes patterns of the event types it wants; empty means all
 * @param channels the channels it listens to; empty means all
 * @param policy how it is delivered to
 * @param state whether it takes deliveries
 * @param metadata the host's own notes
 * @param created when it was created
 * @param updated when it was last changed
 */
public record EndpointRow(
    long id,
    long application,
    @Nullable String uid,
    String url,
    String description,
    List<String> eventTypes,
    List<String> channels,
    EndpointPolicy policy,
    EndpointState state,
    Map<String, String> metadata,
    long created,
    long updated) {

  /** The URL of an endpoint that was deleted: of its own nothing is kept. */
  public static final String DELETED_URL = "http://deleted.invalid/";

  /** Creates a row. What most endpoints have in common is there once: all of them are in memory. */
  public EndpointRow {
    policy = policy.equals(EndpointPolicy.DEFAULT) ? EndpointPolicy.DEFAULT : policy;
    description = description.isEmpty() ? "" : description;
  }

  /**
   * Returns what is left of an endpoint that was deleted: its id, and whose it was and when it was
   * created, as far as that is known.
   */
  public static EndpointRow deleted(long id, long application, long created) {
    return new EndpointRow(
        id,
        application,
        null,
        DELETED_URL,
        "",
        List.of(),
        List.of(),
        EndpointPolicy.DEFAULT,
        EndpointState.DISABLED,
        Map.of(),
        created,
        created);
  }

  /** Returns this endpoint in another state, changed at a time. */
  public EndpointRow with(EndpointState changed, long now) {
    return new EndpointRow(
        id,
        application,
        uid,
        url,
        description,
        eventTypes,
        channels,
        policy,
        changed,
        metadata,
        created,
        now);
  }
}
