package dev.posthorn.server.api.console;

import dev.posthorn.server.api.common.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The findings of a search, a bounded number. */
final class SearchFindings {
  private static final int MOST = 20;

  private final List<Found> all = new ArrayList<>();
  private boolean partial;

  /**
   * Something that was found.
   *
   * @param kind the name of its kind
   * @param id its public id, or its name if it has no id
   * @param name what people call it
   * @param application the public id of its application, or null
   */
  record Found(String kind, String id, String name, @Nullable String application) {}

  /** Adds something, unless it is known already or there is too much. */
  void add(Found found) {
    if (all.contains(found)) {
      return;
    }
    if (isFull()) {
      partial = true;
    } else {
      all.add(found);
    }
  }

  boolean isFull() {
    return all.size() == MOST;
  }

  /** Returns the number of findings that are still taken. */
  int room() {
    return MOST - all.size();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Takes note that not everything was searched. */
  void incomplete() {
    partial = true;
  }

  void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeArrayPropertyStart("data");
    for (Found found : all) {
      json.writeStartObject();
      json.writeStringProperty("kind", found.kind());
      json.writeStringProperty("id", found.id());
      json.writeStringProperty("name", found.name());
      Json.text(json, "appId", found.application());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanProperty("partial", partial);
    json.writeEndObject();
  }
}
