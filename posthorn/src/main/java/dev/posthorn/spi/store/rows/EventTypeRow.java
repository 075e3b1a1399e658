package dev.posthorn.spi.store.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored event type. {@link #of} starts the row of a new one, {@link #changed} that of an
 * existing one; only the builder may pass the components by position.
 *
 * @param environment the environment that it belongs to
 * @param name its name, unique within the environment
 * @param description a note for people
 * @param schemas JSON Schemas of its payload: the text of a JSON object with one schema per
 *     version, or null
 * @param archived whether it is no longer offered
 * @param deprecated whether it is offered with a warning
 * @param featureFlags the flags of which a customer needs one to be offered this event type; empty
 *     means all customers
 * @param groupName the group that it is listed in, or null
 * @param retryWaits the waits before the second, third, … attempt of its deliveries in
 *     milliseconds; null for those of the endpoint
 * @param created the time it was created
 * @param updated the time it was last changed
 */
public record EventTypeRow(
    long environment,
    String name,
    String description,
    @Nullable String schemas,
    boolean archived,
    boolean deprecated,
    List<String> featureFlags,
    @Nullable String groupName,
    @Nullable List<Long> retryWaits,
    long created,
    long updated) {

  /** Returns a builder of a row with defaults for everything except its name. */
  public static Builder of(long environment, String name, long created) {
    return new Builder(
        new EventTypeRow(
            environment, name, "", null, false, false, List.of(), null, null, created, created),
        created);
  }

  /** Returns a builder that starts from this row, changed at the given time. */
  public Builder changed(long now) {
    return new Builder(this, now);
  }

  /** Builder of rows. */
  public static final class Builder {
    private final EventTypeRow before;
    private final long updated;
    private String description;
    private @Nullable String schemas;
    private boolean archived;
    private boolean deprecated;
    private List<String> featureFlags;
    private @Nullable String groupName;
    private @Nullable List<Long> retryWaits;

    private Builder(EventTypeRow before, long updated) {
      this.before = before;
      this.updated = updated;
      this.description = before.description;
      this.schemas = before.schemas;
      this.archived = before.archived;
      this.deprecated = before.deprecated;
      this.featureFlags = before.featureFlags;
      this.groupName = before.groupName;
      this.retryWaits = before.retryWaits;
    }

    /** Sets a note for people. */
    public Builder description(String text) {
      this.description = text;
      return this;
    }

    /** Sets the text of a JSON object with one JSON Schema per version, or null. */
    public Builder schemas(@Nullable String json) {
      this.schemas = json;
      return this;
    }

    /** Sets whether it is no longer offered. */
    public Builder archived(boolean isArchived) {
      this.archived = isArchived;
      return this;
    }

    /** Sets whether it is offered with a warning. */
    public Builder deprecated(boolean isDeprecated) {
      this.deprecated = isDeprecated;
      return this;
    }

    /** Sets the flags of which a customer needs one; empty for all customers. */
    public Builder featureFlags(List<String> flags) {
      this.featureFlags = flags;
      return this;
    }

    /** Sets the group that it is listed in, or null. */
    public Builder groupName(@Nullable String group) {
      this.groupName = group;
      return this;
    }

    /** Sets the waits of its deliveries in milliseconds; null for those of the endpoint. */
    public Builder retryWaits(@Nullable List<Long> waits) {
      this.retryWaits = waits;
      return this;
    }

    /** Returns the row. */
    public EventTypeRow build() {
      return new EventTypeRow(
          before.environment,
          before.name,
          description,
          schemas,
          archived,
          deprecated,
          featureFlags,
          groupName,
          retryWaits,
          before.created,
          updated);
    }
  }
}
