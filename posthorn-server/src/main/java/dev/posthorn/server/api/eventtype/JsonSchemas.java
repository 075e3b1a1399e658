package dev.posthorn.server.api.eventtype;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Validates the JSON Schemas of an event type: each keyword of draft 7 must have a value of the
 * right kind. Other keywords may have any value.
 */
final class JsonSchemas {
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}");
  private static final Set<String> TYPES =
      Set.of("array", "boolean", "integer", "null", "number", "object", "string");
  private static final Map<String, Rule> RULES = rules();

  private JsonSchemas() {}

  /** A rule for the value of a keyword. */
  private interface Rule {
    /** Returns the problem of a value at a location, or null if it is valid. */
    @Nullable String problem(JsonNode value, String place);
  }

  /**
   * Returns the problem of an event type's schemas, or null if they are valid.
   *
   * @param schemas an object: one schema, or one for each version
   */
  static @Nullable String problem(JsonNode schemas) {
    boolean versions = schemas.propertyNames().stream().anyMatch(JsonSchemas::isVersion);
    boolean one = schemas.propertyNames().stream().anyMatch(RULES::containsKey);
    return one && !versions ? schema(schemas, "") : each(schemas, "", JsonSchemas::schema);
  }

  /** Returns whether a name in an event type's schemas is a version. */
  static boolean isVersion(String name) {
    return VERSION.matcher(name).matches();
  }

  private static @Nullable String schema(JsonNode schema, String place) {
    if (schema.isBoolean()) {
      return null;
    }
    if (!schema.isObject()) {
      return place + " must be a JSON Schema: an object, true or false";
    }
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      Rule rule = RULES.get(keyword.getKey());
      String problem =
          rule == null ? null : rule.problem(keyword.getValue(), place + "/" + keyword.getKey());
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  // ---- keywords ------------------------------------------------------------------------------

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    put(rules, JsonSchemas::schema, "additionalItems", "additionalProperties", "contains", "else");
    put(rules, JsonSchemas::schema, "if", "not", "propertyNames", "then");
    put(rules, JsonSchemas::schemaMap, "definitions", "patternProperties", "properties");
    put(rules, JsonSchemas::schemaList, "allOf", "anyOf", "oneOf");
    put(rules, JsonSchemas::items, "items");
    put(rules, JsonSchemas::dependencies, "dependencies");
    put(rules, is(JsonSchemas::isType, "must be a type of JSON Schema or a list of types"), "type");
    put(rules, is(JsonSchemas::isNames, "must be a list of unique strings"), "required");
    put(rules, is(JsonNode::isArray, "must be a list"), "enum", "examples");
    put(rules, is(JsonNode::isBoolean, "must be true or false"), "readOnly", "uniqueItems");
    put(rules, is(JsonNode::isBoolean, "must be true or false"), "writeOnly");
    put(rules, is(JsonNode::isString, "must be a string"), "$comment", "$id", "$ref", "$schema");
    put(rules, is(JsonNode::isString, "must be a string"), "contentEncoding", "contentMediaType");
    put(rules, is(JsonNode::isString, "must be a string"), "description", "format", "pattern");
    put(rules, is(JsonNode::isString, "must be a string"), "title");
    put(rules, is(JsonNode::isNumber, "must be a number"), "exclusiveMaximum", "exclusiveMinimum");
    put(rules, is(JsonNode::isNumber, "must be a number"), "maximum", "minimum");
    put(rules, is(JsonSchemas::isPositive, "must be a number above 0"), "multipleOf");
    Rule count = is(JsonSchemas::isCount, "must be a whole number of at least 0");
    put(rules, count, "maxItems", "maxLength", "maxProperties");
    put(rules, count, "minItems", "minLength", "minProperties");
    return Map.copyOf(rules);
  }

  private static void put(Map<String, Rule> rules, Rule rule, String... keywords) {
    for (String keyword : keywords) {
      rules.put(keyword, rule);
    }
  }

  private static Rule is(Predicate<JsonNode> right, String words) {
    return (value, place) -> right.test(value) ? null : place + " " + words;
  }

  private static @Nullable String each(JsonNode object, String place, Rule rule) {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      String problem = rule.problem(property.getValue(), place + "/" + property.getKey());
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String schemaMap(JsonNode value, String place) {
    return value.isObject()
        ? each(value, place, JsonSchemas::schema)
        : place + " must be an object of JSON Schemas";
  }

  private static @Nullable String schemaList(JsonNode value, String place) {
    if (!value.isArray() || value.isEmpty()) {
      return place + " must be a list of JSON Schemas";
    }
    for (int i = 0; i < value.size(); i++) {
      String problem = schema(value.get(i), place + "/" + i);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String items(JsonNode value, String place) {
    return value.isArray() ? schemaList(value, place) : schema(value, place);
  }

  private static @Nullable String dependencies(JsonNode value, String place) {
    return value.isObject()
        ? each(value, place, (one, at) -> isNames(one) ? null : schema(one, at))
        : place + " must be an object of JSON Schemas or lists of strings";
  }

  private static boolean isType(JsonNode value) {
    return value.isArray()
        ? !value.isEmpty() && isNames(value) && value.valueStream().allMatch(JsonSchemas::isType)
        : value.isString() && TYPES.contains(value.asString());
  }

  private static boolean isNames(JsonNode value) {
    Set<String> names = new HashSet<>();
    return value.isArray()
        && value.valueStream().allMatch(one -> one.isString() && names.add(one.asString()));
  }

  private static boolean isPositive(JsonNode value) {
    return value.isNumber() && value.decimalValue().signum() > 0;
  }

  /** Returns whether a value is a whole number of at least 0, such as 1 or 1.0. */
  private static boolean isCount(JsonNode value) {
    return value.isNumber()
        && value.decimalValue().signum() >= 0
        && value.decimalValue().stripTrailingZeros().scale() <= 0;
  }
}
