package dev.posthorn.server.api.eventtype;

import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.http.Fields;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Description of an event type by a client; null for fields that the request leaves out. {@code
 * schemas}, {@code featureFlags} (by an empty list) and {@code groupName} can be cleared.
 *
 * @param description a note for people
 * @param archived whether it is no longer offered
 * @param deprecated whether it is offered with a warning
 * @param schemas the schemas
 * @param featureFlags the flags
 * @param groupName the group
 */
public record EventTypeInput(
    @Nullable String description,
    @Nullable Boolean archived,
    @Nullable Boolean deprecated,
    @Nullable Text schemas,
    @Nullable List<String> featureFlags,
    @Nullable Text groupName) {
  private static final String FLAGS = "featureFlags";
  private static final String OLD_FLAG = "featureFlag";

  /** A string that the request has, possibly null. */
  record Text(@Nullable String value) {}

  /** Reads a complete event type, which must have a description. */
  public static EventTypeInput whole(Fields fields) {
    if (!fields.hasValue("description")) {
      throw fields.invalid("description", "is required");
    }
    return change(fields);
  }

  /** Reads a change. */
  static EventTypeInput change(Fields fields) {
    fields.refuseNull("description", "archived", "deprecated");
    return new EventTypeInput(
        fields.textOrNull("description", EventTypeRules.MAX_DESCRIPTION),
        fields.flagOrNull("archived"),
        fields.flagOrNull("deprecated"),
        fields.has("schemas") ? new Text(schemas(fields)) : null,
        flags(fields),
        fields.has("groupName") ? new Text(fields.nameOrNull("groupName")) : null);
  }

  private static @Nullable String schemas(Fields fields) {
    JsonNode node = fields.node("schemas");
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw fields.invalid("schemas", "must be an object: a JSON Schema, or one for each version");
    }
    String text = node.toString();
    fields.require("schemas", Problems.ofLength(text, EventTypeRules.MAX_SCHEMAS));
    String problem = JsonSchemas.problem(node);
    if (problem != null) {
      throw fields.invalid(
          "schemas", "is not a valid JSON Schema (draft 7): " + Quoted.of(problem));
    }
    return text;
  }

  /** Reads the feature flags; older clients know only one. */
  private static @Nullable List<String> flags(Fields fields) {
    if (fields.has(FLAGS)) {
      List<String> flags = fields.listOrNull(FLAGS, EventTypeRules::flagsProblem);
      return flags == null ? List.of() : flags;
    }
    if (fields.has(OLD_FLAG)) {
      String flag = fields.nameOrNull(OLD_FLAG);
      return flag == null ? List.of() : List.of(flag);
    }
    return null;
  }

  /** Returns the row of an event type described completely; omitted fields are empty. */
  public EventTypeRow row(long environment, String name, @Nullable EventTypeRow before, long now) {
    EventTypeRow.Builder row =
        before == null ? EventTypeRow.of(environment, name, now) : before.changed(now);
    return row.description(description == null ? "" : description)
        .schemas(schemas == null ? null : schemas.value)
        .archived(archived != null && archived)
        .deprecated(deprecated != null && deprecated)
        .featureFlags(featureFlags == null ? List.of() : featureFlags)
        .groupName(groupName == null ? null : groupName.value)
        .build();
  }

  /** Returns a row with this change; omitted fields stay as they are. */
  EventTypeRow applied(EventTypeRow before, long now) {
    return before
        .changed(now)
        .description(description == null ? before.description() : description)
        .schemas(schemas == null ? before.schemas() : schemas.value)
        .archived(archived == null ? before.archived() : archived)
        .deprecated(deprecated == null ? before.deprecated() : deprecated)
        .featureFlags(featureFlags == null ? before.featureFlags() : featureFlags)
        .groupName(groupName == null ? before.groupName() : groupName.value)
        .build();
  }
}
