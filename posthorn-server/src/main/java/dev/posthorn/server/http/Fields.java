package dev.posthorn.server.http;

import dev.posthorn.internal.rules.MetadataRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.Rule;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object of a request, validated as it is read. Invalid values throw 422 with their
 * location.
 *
 * <p>Readers treat a {@code null} field as missing; {@link #has} distinguishes the two, and {@link
 * #refuseNull} rejects null. Unknown fields are ignored, so that newer clients work; a strict
 * server rejects them earlier.
 */
public final class Fields {
  /** Problem of an empty list, which is most likely a mistake: null stands for all. */
  public static final String NAMES_NOTHING = "must not be empty; list at least one, or send null";

  /** Problem of a string that is not a time. */
  public static final String NO_TIME = "must be a time such as 2026-01-31T12:00:00Z (RFC 3339)";

  private final JsonNode object;
  private final List<String> place;

  private Fields(JsonNode object, List<String> place) {
    this.object = object;
    this.place = place;
  }

  /** Returns a body as an object; throws 422 if it is not valid JSON or not an object. */
  public static Fields of(byte[] body) {
    return new Fields(BodyParser.SETTINGS.object(body), List.of("body"));
  }

  /**
   * Returns a body with the higher limits of imports, which only an unrestricted token may send.
   */
  static Fields ofImport(byte[] body) {
    return new Fields(BodyParser.IMPORT.object(body), List.of("body"));
  }

  /** Returns the same object, located at a field of the body. */
  public Fields within(String name) {
    List<String> inner = new ArrayList<>(place);
    inner.add(name);
    return new Fields(object, inner);
  }

  /** Returns whether a field is present, even if null. */
  public boolean has(String name) {
    return object.has(name);
  }

  /** Throws 422 if one of these fields is present but null. */
  public void refuseNull(String... names) {
    for (String name : names) {
      if (has(name) && !hasValue(name)) {
        throw invalid(name, "must not be null; leave it out");
      }
    }
  }

  /** Returns whether a field is present and not null. */
  public boolean hasValue(String name) {
    return node(name) != null;
  }

  /** Returns 422 for a field. */
  public ApiError invalid(String name, String problem) {
    List<String> loc = new ArrayList<>(place);
    loc.add(name);
    return ApiError.invalid(loc, problem);
  }

  /** Returns the field, or null if it is missing or null. */
  public @Nullable JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /**
   * Throws 422 if a field has a problem.
   *
   * @param problem the result of a rule, or null if valid
   */
  public void require(String name, @Nullable String problem) {
    if (problem != null) {
      throw invalid(name, problem);
    }
  }

  private <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw invalid(name, "is required");
    }
    return value;
  }

  // ---- strings -------------------------------------------------------------------------------

  /** Returns a string, or null. */
  public @Nullable String textOrNull(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isString()) {
      throw invalid(name, "must be a string");
    }
    return node == null ? null : node.asString();
  }

  /** Returns a string that follows a rule, or null. */
  public @Nullable String textOrNull(String name, Rule<String> rule) {
    String text = textOrNull(name);
    if (text != null) {
      require(name, rule.problem(text));
    }
    return text;
  }

  /** Returns a string of limited length, or null. */
  public @Nullable String textOrNull(String name, int max) {
    return textOrNull(name, text -> Problems.ofLength(text, max));
  }

  /** Returns a required string that follows a rule. */
  public String text(String name, Rule<String> rule) {
    return required(name, textOrNull(name, rule));
  }

  /** Returns metadata, or null if it is missing. */
  public @Nullable Map<String, String> metadataOrNull() {
    refuseNull("metadata");
    Map<String, String> metadata = mapOrNull("metadata");
    if (metadata != null) {
      require("metadata", MetadataRules.problem(metadata));
    }
    return metadata;
  }

  /** Returns a required string that is not empty. */
  public String text(String name) {
    String text = required(name, textOrNull(name));
    if (text.isEmpty()) {
      throw invalid(name, "must not be empty");
    }
    return text;
  }

  /** Returns a client-chosen name, or null. */
  public @Nullable String nameOrNull(String name) {
    return textOrNull(name, NameRules.NAME::problem);
  }

  /** Returns a required client-chosen name. */
  public String name(String name) {
    return required(name, nameOrNull(name));
  }

  /** Returns a time (RFC 3339), or null. */
  public @Nullable Instant timeOrNull(String name) {
    String text = textOrNull(name);
    try {
      return text == null ? null : Times.parse(text);
    } catch (DateTimeException e) {
      throw invalid(name, NO_TIME);
    }
  }

  /** Returns a required time (RFC 3339). */
  public Instant time(String name) {
    return required(name, timeOrNull(name));
  }

  // ---- other values --------------------------------------------------------------------------

  /** Returns a boolean, or null. */
  public @Nullable Boolean flagOrNull(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isBoolean()) {
      throw invalid(name, "must be true or false");
    }
    return node == null ? null : node.asBoolean();
  }

  /** Returns a boolean. */
  public boolean flag(String name, boolean otherwise) {
    Boolean flag = flagOrNull(name);
    return flag == null ? otherwise : flag;
  }

  /** Returns a whole number in a range, or null. */
  public @Nullable Long numberOrNull(String name, NumberRange range) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw invalid(name, "must be " + range.allowed());
    }
    require(name, range.problem(node.asLong()));
    return node.asLong();
  }

  /** Returns a list of unique strings that follows a rule, or null. */
  public @Nullable List<String> listOrNull(String name, Rule<List<String>> rule) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw invalid(name, "must be a list of strings");
    }
    LinkedHashSet<String> values = new LinkedHashSet<>();
    for (JsonNode item : node) {
      if (!item.isString()) {
        throw invalid(name, "must be a list of strings");
      }
      values.add(item.asString());
    }
    List<String> list = List.copyOf(values);
    require(name, rule.problem(list));
    return list;
  }

  /**
   * Returns a list that selects something, or null; throws 422 if it is empty. A form whose last
   * checkbox was cleared sends an empty list, which would otherwise select everything.
   */
  public @Nullable List<String> choiceOrNull(String name, Rule<List<String>> rule) {
    return listOrNull(name, list -> list.isEmpty() ? NAMES_NOTHING : rule.problem(list));
  }

  /** Returns a map of strings, or null. */
  public @Nullable Map<String, String> mapOrNull(String name) {
    return map(
        name,
        (key, value) -> {
          if (!value.isString()) {
            throw invalid(
                name, "must be an object whose values are strings; check " + Quoted.of(key));
          }
          return value.asString();
        });
  }

  /** Returns a map of strings and nulls, or null. */
  public @Nullable Map<String, @Nullable String> patchOrNull(String name) {
    return map(
        name,
        (key, value) -> {
          if (!value.isString() && !value.isNull()) {
            throw invalid(
                name,
                "must be an object whose values are strings or null; check " + Quoted.of(key));
          }
          return value.isNull() ? null : value.asString();
        });
  }

  private <T extends @Nullable Object> @Nullable Map<String, T> map(
      String name, BiFunction<String, JsonNode, T> value) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw invalid(name, "must be an object");
    }
    Map<String, T> map = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> map.put(entry.getKey(), value.apply(entry.getKey(), entry.getValue())));
    return map;
  }

  /** Returns the names of all fields. */
  public Collection<String> names() {
    return object.propertyNames();
  }

  /** Returns a list of objects, or null. */
  public @Nullable List<Fields> objectsOrNull(String name, int max) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw invalid(name, "must be a list of objects");
    }
    require(name, Problems.ofNumber(node.size(), max));
    List<Fields> objects = new ArrayList<>(node.size());
    for (JsonNode item : node) {
      if (!item.isObject()) {
        throw invalid(name, "must be a list of objects");
      }
      List<String> inner = new ArrayList<>(place);
      inner.add(name);
      inner.add(Integer.toString(objects.size()));
      objects.add(new Fields(item, inner));
    }
    return objects;
  }

  /** Returns a nested object, or null. */
  public @Nullable Fields fieldsOrNull(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw invalid(name, "must be an object");
    }
    List<String> inner = new ArrayList<>(place);
    inner.add(name);
    return new Fields(node, inner);
  }
}
