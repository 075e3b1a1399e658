package dev.posthorn.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Generator of requests from the API's description, mostly valid and partly malformed. */
final class MalformedRequests {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
  private static final List<String> JUNK =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "1.5",
          "99999999999999999999999",
          "\"\"",
          "\"x\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"\\ud83d\\ude00\"",
          "[]",
          "{}",
          "[null]",
          "[{}]",
          "[99999999999999999999999]",
          "[-1]",
          "{\"a\":{}}",
          "{\"\":\"\"}",
          "{\"a\":null}",
          "\"9999-12-31T23:59:59Z\"",
          "\"0000-01-01T00:00:00Z\"",
          "\"-999999999-01-01T00:00:00+18:00\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "{\"Content-Length\":\"1\"}",
          "{\"x\\r\\ny\":\"z\"}",
          "[\"*\"]",
          "[\"a.*\"]",
          "\"http://\"",
          "\"ftp://a\"",
          "\"http://[::1\"",
          "\"http://169.254.169.254/\"",
          "\"whsec_\"",
          "\"whsk_AAAA\"");
  private static final List<String> WORDS =
      List.of("a", "b", "c.d", "e-f", "invoice.paid", "user.created");
  private static final List<String> JUNK_WORDS =
      List.of(
          "%00",
          "%2F",
          "%ff",
          "..",
          "-",
          "0",
          "a%20b",
          "%F0%9F%98%80",
          "app_",
          "msg_1",
          "ep_zzzzzzzzzzzzzzzzzzzzzzzzzzz",
          "99999999999999999999",
          "2026-01-31T12:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "0000-01-01T00:00:00Z",
          "9999-12-31T23:59:59Z",
          "%2B999999999-12-31T23:59:59Z",
          "true",
          "success");

  private final Random random;
  private final ObjectNode openApi;
  private final String url;
  private final List<String> ids = new ArrayList<>();
  private final List<JsonNode> operations = new ArrayList<>();

  /**
   * A request.
   *
   * @param body its body; empty for none
   * @param key its idempotency key; empty for none
   */
  record Request(String method, String target, String body, String key) {
    String[] headers() {
      return key.isEmpty() ? new String[0] : new String[] {"Idempotency-Key", key};
    }
  }

  MalformedRequests(long seed, ObjectNode openApi, String url) {
    this.random = new Random(seed);
    this.openApi = openApi;
    this.url = url;
    openApi
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          ObjectNode operation = (ObjectNode) method.getValue().deepCopy();
                          operation.put("path", path.getKey());
                          operation.put(
                              "method", method.getKey().toUpperCase(java.util.Locale.ROOT));
                          if (!operation.get("operationId").asString().endsWith(".logout")) {
                            operations.add(operation); // logout would revoke the token in use
                          }
                        }));
  }

  /** Stores the ids in an answer for later requests. */
  void learn(JsonNode answer) {
    JsonNode id = answer.get("id");
    if (id != null && id.isString()) {
      if (ids.size() == 200) {
        ids.remove(random.nextInt(200));
      }
      ids.add(id.asString());
    }
    answer.path("data").forEach(this::learn);
  }

  Request next() {
    JsonNode operation = operations.get(random.nextInt(operations.size()));
    String method = operation.get("method").asString();
    if (method.equals("DELETE") && random.nextInt(4) > 0) {
      return next(); // deleted objects are not used any more
    }
    if (operation.get("path").asString().endsWith("/logout")) {
      return next(); // no request would succeed after it
    }
    JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
    String body = "";
    if (!schema.isMissingNode() && random.nextInt(20) > 0) {
      body = value(schema, 0);
    } else if (random.nextInt(20) == 0) {
      body = JUNK.get(random.nextInt(JUNK.size()));
    }
    String key = method.equals("POST") && random.nextBoolean() ? "key-" + random.nextInt(500) : "";
    return new Request(
        method, path(operation.get("path").asString()) + query(operation), body, key);
  }

  private String path(String template) {
    Matcher variable = VARIABLE.matcher(template);
    StringBuilder path = new StringBuilder();
    while (variable.find()) {
      variable.appendReplacement(path, Matcher.quoteReplacement(named(variable.group(1))));
    }
    return variable.appendTail(path).toString();
  }

  private String named(String variable) {
    String prefix = variable.startsWith("app") ? "app_" : variable.startsWith("msg") ? "msg_" : "";
    List<String> fit = ids.stream().filter(id -> id.startsWith(prefix)).toList();
    return switch (random.nextInt(10)) {
      case 0 -> JUNK_WORDS.get(random.nextInt(JUNK_WORDS.size()));
      case 1, 2, 3 -> WORDS.get(random.nextInt(WORDS.size()));
      default -> fit.isEmpty() ? "a" : fit.get(random.nextInt(fit.size()));
    };
  }

  private String query(JsonNode operation) {
    List<String> pairs = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.get("in").asString().equals("query") && random.nextInt(4) == 0) {
        JsonNode options = parameter.at("/schema/enum");
        String value =
            switch (random.nextInt(4)) {
              case 0 -> named("");
              case 1 -> JUNK_WORDS.get(random.nextInt(JUNK_WORDS.size()));
              default -> options.isArray() ? options.get(0).asString() : "1";
            };
        pairs.add(parameter.get("name").asString() + "=" + value);
      }
    }
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  // ---- bodies --------------------------------------------------------------------------------

  private String value(JsonNode schema, int depth) {
    if (random.nextInt(12) == 0 || depth > 6) {
      return JUNK.get(random.nextInt(JUNK.size()));
    }
    if (schema.has("$ref")) {
      return value(openApi.at(schema.get("$ref").asString().substring(1)), depth + 1);
    }
    if (schema.has("anyOf") || schema.has("oneOf")) {
      JsonNode options = schema.has("anyOf") ? schema.get("anyOf") : schema.get("oneOf");
      return value(options.get(random.nextInt(options.size())), depth + 1);
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size())).toString();
    }
    if (schema.has("properties") || schema.has("allOf")) {
      List<String> members = new ArrayList<>();
      members(schema, members, depth);
      return "{" + String.join(",", members) + "}";
    }
    JsonNode type = schema.path("type");
    return plain(schema, type.isArray() ? type.get(0).asString() : type.asString(""), depth);
  }

  private void members(JsonNode schema, List<String> members, int depth) {
    if (schema.has("$ref")) {
      members(openApi.at(schema.get("$ref").asString().substring(1)), members, depth);
    }
    schema.path("allOf").forEach(part -> members(part, members, depth));
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asString()));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              if (required.contains(property.getKey())
                  ? random.nextInt(30) > 0
                  : random.nextInt(4) == 0) {
                members.add(
                    "\"" + property.getKey() + "\":" + value(property.getValue(), depth + 1));
              }
            });
  }

  private String plain(JsonNode schema, String type, int depth) {
    return switch (type) {
      case "string" ->
          switch (schema.path("format").asString("")) {
            case "uri" -> "\"" + url + "\"";
            case "date-time" -> "\"2026-01-31T12:00:0" + random.nextInt(10) + "Z\"";
            default -> "\"" + WORDS.get(random.nextInt(WORDS.size())) + "\"";
          };
      case "integer", "number" -> Integer.toString(1 + random.nextInt(60));
      case "boolean" -> Boolean.toString(random.nextBoolean());
      case "array" -> "[" + value(schema.path("items"), depth + 1) + "]";
      case "object" -> "{\"x\":" + value(schema.path("additionalProperties"), depth + 1) + "}";
      default -> "{\"any\":[1,\"two\"]}";
    };
  }
}
