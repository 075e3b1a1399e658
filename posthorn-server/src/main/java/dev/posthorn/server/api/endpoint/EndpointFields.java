package dev.posthorn.server.api.endpoint;

import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.Rates;
import dev.posthorn.server.api.common.RetrySchedules;
import dev.posthorn.server.http.Fields;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.transport.HttpTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/**
 * The settings of an endpoint in JSON. Each has one entry here, which documents it, reads it from a
 * request and writes it into an answer; nothing else in the API names it.
 */
public final class EndpointFields {

  /**
   * A setting of an endpoint.
   *
   * @param name its name in JSON
   * @param response its JSON Schema in answers
   * @param request its JSON Schema in requests
   * @param reader reads it from a request
   * @param writer writes it into an answer
   */
  public record Field(String name, String response, String request, Reader reader, Writer writer) {}

  /** Reads a setting; if the request does not have it, the spec stays unchanged. */
  public interface Reader {
    /**
     * Reads the setting.
     *
     * @param offered whether the caller may select an event type
     */
    void read(Fields fields, Predicate<String> offered, EndpointSpec.Builder spec);
  }

  /** Writes a setting. */
  public interface Writer {
    void write(JsonGenerator json, EndpointSpec spec);
  }

  private static final String SAME = "The same under its older name.";
  private static final String URL =
      "{\"type\": \"string\", \"format\": \"uri\", \"minLength\": 1, \"maxLength\": "
          + EndpointRules.MAX_URL
          + "}";
  private static final long MAX_RATE = EndpointRules.RATE_LIMIT.max();
  private static final long MAX_CONCURRENCY = EndpointRules.CONCURRENCY.max();
  private static final long MIN_SECONDS = EndpointRules.TIMEOUT.seconds().min();
  private static final long MAX_SECONDS = EndpointRules.TIMEOUT.seconds().max();
  private static final Reader WITH_ANOTHER = (fields, offered, spec) -> {};
  private static final Writer WITH_THE_OTHER = (json, spec) -> {};

  /** The settings shown wherever an endpoint appears, such as next to one of its messages. */
  public static final List<Field> BASIC =
      List.of(
          new Field(
              "url",
              URL,
              URL,
              (fields, offered, spec) -> {
                if (fields.has("url")) {
                  spec.url(HttpTarget.normalize(fields.text("url", EndpointRules::urlProblem)));
                }
              },
              (json, spec) -> json.writeStringProperty("url", spec.url())),
          new Field(
              "uid",
              ref("Name", true),
              ref("Name", true),
              (fields, offered, spec) -> {
                if (fields.has("uid")) {
                  spec.uid(fields.nameOrNull("uid"));
                }
              },
              (json, spec) -> Json.text(json, "uid", spec.uid())),
          new Field(
              "description",
              "{\"type\": \"string\"}",
              "{\"type\": \"string\", \"maxLength\": " + EndpointRules.MAX_DESCRIPTION + "}",
              (fields, offered, spec) -> {
                fields.refuseNull("description");
                String text = fields.textOrNull("description", EndpointRules.MAX_DESCRIPTION);
                if (text != null) {
                  spec.description(text);
                }
              },
              (json, spec) -> json.writeStringProperty("description", spec.description())),
          new Field(
              "eventTypes",
              ref("EventTypeFilter", false),
              ref("EventTypeFilter", false),
              EndpointFields::readEventTypes,
              // Clients take a list for a filter, so an endpoint without one shows null.
              (json, spec) -> Json.listOrNull(json, "eventTypes", spec.eventTypes())),
          new Field(
              "filterTypes",
              ref("EventTypeFilter", false),
              old("\"$ref\": \"#/components/schemas/EventTypeFilter\""),
              WITH_ANOTHER,
              (json, spec) -> Json.listOrNull(json, "filterTypes", spec.eventTypes())),
          new Field(
              "channels",
              ref("Channels", false),
              ref("Channels", false),
              (fields, offered, spec) -> {
                if (fields.has("channels")) {
                  spec.channels(channels(fields));
                }
              },
              (json, spec) -> Json.listOrNull(json, "channels", spec.channels())),
          new Field(
              "throttleRate",
              number(1, MAX_RATE, "Maximum deliveries per second; null for no limit."),
              number(1, MAX_RATE, "Maximum deliveries per second; null for no limit."),
              (fields, offered, spec) -> {
                if (Rates.isGiven(fields)) {
                  spec.policy(policy -> policy.rateLimit(Rates.orNone(fields)));
                }
              },
              (json, spec) -> Rates.write(json, spec.policy().rateLimit())),
          new Field(
              "rateLimit",
              number(1, MAX_RATE, SAME),
              old("\"type\": [\"integer\", \"null\"], \"minimum\": 1, \"maximum\": " + MAX_RATE),
              WITH_ANOTHER,
              WITH_THE_OTHER));

  /** The other settings. */
  public static final List<Field> MORE =
      List.of(
          new Field(
              "metadata",
              ref("Metadata", false),
              ref("MetadataIn", false),
              (fields, offered, spec) -> {
                Map<String, String> metadata = fields.metadataOrNull();
                if (metadata != null) {
                  spec.metadata(metadata);
                }
              },
              (json, spec) -> Json.map(json, "metadata", spec.metadata())),
          new Field(
              "ordered",
              flag("True if each delivery waits for the previous one."),
              flag("True if each delivery waits for the previous one."),
              (fields, offered, spec) -> {
                fields.refuseNull("ordered");
                Boolean ordered = fields.flagOrNull("ordered");
                if (ordered != null) {
                  spec.policy(policy -> policy.ordered(ordered));
                }
              },
              (json, spec) -> json.writeBooleanProperty("ordered", spec.policy().ordered())),
          new Field(
              "concurrency",
              number(
                  1,
                  MAX_CONCURRENCY,
                  "Maximum concurrent requests to the endpoint; null uses the server's setting."),
              number(
                  0,
                  MAX_CONCURRENCY,
                  "Maximum concurrent requests to the endpoint; 0 uses the server's setting."),
              (fields, offered, spec) -> {
                Long limit = fields.numberOrNull("concurrency", EndpointRules.CONCURRENCY);
                if (limit != null) {
                  spec.policy(policy -> policy.concurrency(Math.toIntExact(limit)));
                }
              },
              (json, spec) ->
                  Json.positiveOrNull(json, "concurrency", spec.policy().concurrency())),
          new Field(
              "timeoutSeconds",
              number(
                  MIN_SECONDS,
                  MAX_SECONDS,
                  "Request timeout in seconds; null uses the server's setting."),
              number(MIN_SECONDS, MAX_SECONDS, "Request timeout in seconds."),
              (fields, offered, spec) -> {
                Long seconds =
                    fields.numberOrNull("timeoutSeconds", EndpointRules.TIMEOUT.seconds());
                if (seconds != null) {
                  spec.policy(policy -> policy.timeoutMillis(Math.toIntExact(seconds * 1_000)));
                }
              },
              (json, spec) ->
                  Json.positiveOrNull(
                      json, "timeoutSeconds", spec.policy().timeoutMillis() / 1_000)),
          new Field(
              "retrySchedule",
              ref("RetrySchedule", false),
              ref("RetrySchedule", false),
              (fields, offered, spec) -> {
                if (fields.has("retrySchedule")) {
                  spec.policy(policy -> policy.retryWaits(RetrySchedules.read(fields)));
                }
              },
              (json, spec) -> RetrySchedules.write(json, spec.policy().retryWaits())));

  private EndpointFields() {}

  /**
   * Returns a spec changed by the settings in a request.
   *
   * @param offered whether the caller may select an event type
   */
  static EndpointSpec read(Fields fields, EndpointSpec before, Predicate<String> offered) {
    EndpointSpec.Builder spec = before.toBuilder();
    BASIC.forEach(field -> field.reader.read(fields, offered, spec));
    MORE.forEach(field -> field.reader.read(fields, offered, spec));
    return spec.build();
  }

  /** Writes some settings of a spec. */
  static void write(JsonGenerator json, List<Field> which, EndpointSpec spec) {
    which.forEach(field -> field.writer.write(json, spec));
  }

  // ---- schemas -------------------------------------------------------------------------------

  private static String ref(String schema, boolean orNull) {
    String ref = "{\"$ref\": \"#/components/schemas/" + schema + "\"}";
    return orNull ? "{\"anyOf\": [" + ref + ", {\"type\": \"null\"}]}" : ref;
  }

  private static String old(String schema) {
    return "{" + schema + ", \"deprecated\": true, \"description\": \"" + SAME + "\"}";
  }

  private static String flag(String description) {
    return "{\"type\": \"boolean\", \"description\": \"" + description + "\"}";
  }

  private static String number(long min, long max, String description) {
    return "{\"type\": [\"integer\", \"null\"], \"minimum\": "
        + min
        + ", \"maximum\": "
        + max
        + ", \"description\": \""
        + description
        + "\"}";
  }

  // ---- filters -------------------------------------------------------------------------------

  private static void readEventTypes(
      Fields fields, Predicate<String> offered, EndpointSpec.Builder spec) {
    String name = fields.has("eventTypes") ? "eventTypes" : "filterTypes";
    if (!fields.has(name)) {
      return;
    }
    List<String> types = fields.choiceOrNull(name, EndpointRules::filtersProblem);
    if (types == null) {
      spec.eventTypes(List.of());
      return;
    }
    List<String> unknown =
        types.stream().filter(type -> !type.endsWith("*") && !offered.test(type)).toList();
    if (!unknown.isEmpty()) {
      throw fields.invalid(
          name,
          "contains unknown event types: "
              + Quoted.of(String.join(", ", unknown))
              + "; create them first or choose others");
    }
    spec.eventTypes(types);
  }

  /** Reads the channels of an endpoint or message; empty if the field is missing. */
  public static List<String> channels(Fields fields) {
    List<String> channels = fields.choiceOrNull("channels", ChannelRules::problem);
    return channels == null ? List.of() : channels;
  }
}
