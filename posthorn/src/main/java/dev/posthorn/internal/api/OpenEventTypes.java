package dev.posthorn.internal.api;

import dev.posthorn.EventType;
import dev.posthorn.EventTypes;
import dev.posthorn.PosthornException;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
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
      throw unknown();
    }
    return row;
  }

  private static PosthornException unknown() {
    return Views.unknown("name", "event type; create it first, or list the event types");
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

  /** Changes an event type as it is then, whoever else does at the same time. */
  private EventType edit(String name, Function<@Nullable EventTypeRow, EventTypeRow> edit) {
    return view(
        views.change(engine -> engine.eventTypeAdmin().edit(OpenPosthorn.ENVIRONMENT, name, edit)));
  }

  @Override
  public EventType put(String name, String description, @Nullable String schema) {
    Checks.name("name", name);
    Checks.description(description);
    if (schema != null) {
      Json.require("schema", schema.getBytes(StandardCharsets.UTF_8));
    }
    long now = views.engine().millis();
    return edit(
        name,
        before ->
            (before == null
                    ? EventTypeRow.of(OpenPosthorn.ENVIRONMENT, name, now)
                    : before.changed(now))
                .description(description)
                .schemas(schema == null ? null : "{\"" + SCHEMA + "\":" + schema + "}")
                .archived(false)
                .build());
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
    long now = views.engine().millis();
    return edit(name, before -> archived(before, now));
  }

  private static EventTypeRow archived(@Nullable EventTypeRow before, long now) {
    if (before == null) {
      throw unknown();
    }
    return before.changed(now).archived(true).build();
  }

  @Override
  public void remove(String name) {
    EventTypeRow row = require(name);
    views.change(engine -> engine.eventTypeAdmin().remove(row.environment(), row.name()));
  }
}
