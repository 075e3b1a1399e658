package dev.posthorn.spi.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event type as it is stored. {@link #of} begins the row of a new one, {@link #changed} that of
 * one that is there; nothing else names the components by their position.
 *
 * @param environment the environment that it belongs to
 * @param name its name, unique within the environment
 * @param description a note for people
 * @param schemas JSON Schemas of its payload: the text of a JSON object with one for each version,
 *     or null
 * @param archived whether it is no longer offered
 * @param deprecated whether it is offered with a warning
 * @param featureFlags the flags of which a customer must have one to be offered it; empty means
 *     that all are
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

  /** Returns a builder of a row with defaults for everything but its name. */
  public static Builder of(long environment, String name, long created) {
    return new Builder(
        new EventTypeRow(
            environment, name, "", null, false, false, List.of(), null, null, created, created),
        created);
  }

  /** Returns a builder of this row as it is changed at a time. */
  public Builder changed(long now) {
    return new Builder(this, now);
  }

  /** A builder of rows. */
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

    /** Sets the text of a JSON object of JSON Schemas, or null. */
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

    /** Sets the flags of which a customer must have one; empty for none. */
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
