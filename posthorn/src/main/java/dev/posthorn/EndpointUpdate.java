package dev.posthorn;

import dev.posthorn.EndpointSettings.Change;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A change of an endpoint; see {@link Endpoints#update}. A setting that is not set stays as it is.
 * Immutable.
 *
 * <p>An invalid value throws {@link PosthornException} with INVALID as soon as it is set.
 */
public final class EndpointUpdate {
  private final Map<String, Change> changes;

  private EndpointUpdate(Map<String, Change> changes) {
    this.changes = changes;
  }

  /** Returns a builder for a change. */
  public static Builder builder() {
    return new Builder(Map.of());
  }

  /** Returns a builder that starts with this change. */
  public Builder toBuilder() {
    return new Builder(changes);
  }

  /** Returns the new values by the names of their setters, such as {@code rateLimit}. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    changes.forEach((name, change) -> values.put(name, change.value()));
    return values;
  }

  /** Returns settings with this change. */
  public EndpointSettings applyTo(EndpointSettings before) {
    return new EndpointSettings(Change.apply(changes, before.spec()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EndpointUpdate that && changes.equals(that.changes);
  }

  @Override
  public int hashCode() {
    return changes.hashCode();
  }

  /** Returns the values that are set, by name. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "EndpointUpdate[", "]");
    Change.show(changes, text);
    return text.toString();
  }

  /** A builder of {@link EndpointUpdate}. Not thread-safe. */
  public static final class Builder extends EndpointSettings.Builder<Builder> {
    private Builder(Map<String, Change> changes) {
      super(changes);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Returns a change with the values set so far. */
    public EndpointUpdate build() {
      return new EndpointUpdate(changes());
    }
  }
}
