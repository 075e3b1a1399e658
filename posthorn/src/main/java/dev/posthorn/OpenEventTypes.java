package dev.posthorn;

import dev.posthorn.store.EventTypeRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The event types of an open database. */
final class OpenEventTypes implements EventTypes {
  /** The version under which an event type's only schema is stored. */
  private static final String SCHEMA = "1";

  private final Views views;

  OpenEventTypes(Views views) {
    this.views = views;
  }

  private List<EventTypeRow> rows() {
    return views.read(engine -> engine.store().eventTypes(OpenPosthorn.ENVIRONMENT));
  }

  private @Nullable EventTypeRow row(String name) {
    return rows().stream().filter(row -> row.name().equals(name)).findFirst().orElse(null);
  }

  private EventTypeRow require(String name) {
    EventTypeRow row = row(name);
    if (row == null) {
      throw Views.notFound("name");
    }
    return row;
  }

  private static EventType view(EventTypeRow row) {
    return new EventType(
        row.name(),
        row.description(),
        row.schemas() == null ? null : Json.member(row.schemas(), SCHEMA),
        row.archived(),
        Instant.ofEpochMilli(row.created()),
        Instant.ofEpochMilli(row.updated()));
  }

  private EventType put(EventTypeRow row) {
    return view(views.change(engine -> engine.administration().putEventType(row)));
  }

  @Override
  public EventType put(String name, String description, @Nullable String schema) {
    Checks.name("name", name);
    Objects.requireNonNull(description, "description");
    if (schema != null) {
      Json.require("schema", schema.getBytes(StandardCharsets.UTF_8));
    }
    EventTypeRow before = row(name);
    long now = views.engine().millis();
    long created = before == null ? now : before.created();
    return put(
        new EventTypeRow(
            OpenPosthorn.ENVIRONMENT,
            name,
            description,
            schema == null ? null : "{\"" + SCHEMA + "\":" + schema + "}",
            false,
            before != null && before.deprecated(),
            before == null ? List.of() : before.featureFlags(),
            before == null ? null : before.groupName(),
            before == null ? null : before.retryWaits(),
            created,
            now));
  }

  @Override
  public EventType get(String name) {
    return view(require(name));
  }

  @Override
  public List<EventType> list() {
    return rows().stream().map(OpenEventTypes::view).toList();
  }

  @Override
  public EventType archive(String name) {
    EventTypeRow row = require(name);
    return put(
        new EventTypeRow(
            row.environment(),
            row.name(),
            row.description(),
            row.schemas(),
            true,
            row.deprecated(),
            row.featureFlags(),
            row.groupName(),
            row.retryWaits(),
            row.created(),
            views.engine().millis()));
  }

  @Override
  public void remove(String name) {
    EventTypeRow row = require(name);
    views.change(engine -> engine.administration().removeEventType(row.environment(), row.name()));
  }
}
