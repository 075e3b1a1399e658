package dev.posthorn.server.api;

import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.engine.TextLimits;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Quoted;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.transport.HeaderRules;
import dev.posthorn.transport.HttpTarget;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.StandardWireFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client says of an endpoint.
 *
 * @param row the fields that have a row's form; its ids and times mean nothing
 * @param secret the signing secret, or null
 * @param headers custom headers, or null
 */
record EndpointInput(
    EndpointRow row, @Nullable String secret, @Nullable Map<String, String> headers) {
  /** What a channel may be called. */
  static final Pattern CHANNEL = Pattern.compile("[a-zA-Z0-9\\-_.:+]{1,128}");

  /** How many channels an endpoint or a message may have. */
  static final int MOST_CHANNELS = 10;

  private static final int MOST_TIMEOUT = 600;
  private static final int MOST_CONCURRENCY = 1_024;

  /**
   * Reads a whole endpoint: what is missing has its default.
   *
   * @param offered which event types it may name
   */
  static EndpointInput whole(Fields fields, Predicate<String> offered) {
    fields.text("url");
    return read(fields, blank(EndpointPolicy.DEFAULT, EndpointState.ENABLED), offered);
  }

  /**
   * Reads what a whole endpoint is to be, keeping what older clients do not know.
   *
   * @param offered which event types it may name, beside those that it names already
   */
  static EndpointInput replacing(Fields fields, EndpointRow before, Predicate<String> offered) {
    fields.text("url");
    EndpointPolicy kept = before.policy();
    return read(
        fields,
        blank(
            new EndpointPolicy(
                kept.ordered(),
                0,
                kept.concurrency(),
                kept.timeoutMillis(),
                kept.retryWaits(),
                kept.wireFormat()),
            before.state() == EndpointState.PAUSED ? EndpointState.PAUSED : EndpointState.ENABLED),
        offered.or(before.eventTypes()::contains));
  }

  private static EndpointRow blank(EndpointPolicy policy, EndpointState state) {
    return new EndpointRow(0, 0, null, "", "", List.of(), List.of(), policy, state, Map.of(), 0, 0);
  }

  /**
   * Reads a change: what is missing stays as it is.
   *
   * @param offered which event types it may name, beside those that it names already
   */
  static EndpointInput change(Fields fields, EndpointRow before, Predicate<String> offered) {
    return read(fields, before, offered.or(before.eventTypes()::contains));
  }

  private static EndpointInput read(Fields fields, EndpointRow before, Predicate<String> offered) {
    fields.refuseNull("description", "disabled", "ordered");
    requireVersion(fields);
    List<String> types =
        list(fields, fields.has("eventTypes") ? "eventTypes" : "filterTypes", offered);
    List<String> channels = channels(fields);
    String description = fields.textOrNull("description", TextLimits.DESCRIPTION);
    Map<String, String> metadata = fields.metadataOrNull();
    boolean hasTypes = fields.has("eventTypes") || fields.has("filterTypes");
    EndpointRow row =
        new EndpointRow(
            0,
            0,
            fields.has("uid") ? fields.nameOrNull("uid") : before.uid(),
            fields.has("url") ? url(fields) : before.url(),
            description == null ? before.description() : description,
            hasTypes ? types : before.eventTypes(),
            fields.has("channels") ? channels : before.channels(),
            policy(fields, before.policy()),
            state(fields, before.state()),
            metadata == null ? before.metadata() : metadata,
            0,
            0);
    return new EndpointInput(row, secret(fields), headers(fields));
  }

  private static String url(Fields fields) {
    String url = fields.text("url", HttpTarget.MAX_LENGTH);
    try {
      return HttpTarget.normalize(url);
    } catch (IllegalArgumentException e) {
      String text = String.valueOf(e.getMessage());
      throw fields.invalid("url", text.startsWith("url: ") ? text.substring(5) : text);
    }
  }

  /** Older clients send a version: there is one. */
  private static void requireVersion(Fields fields) {
    JsonNode version = fields.node("version");
    if (version != null && !(version.isIntegralNumber() && version.asString().equals("1"))) {
      throw fields.invalid("version", "must be 1: endpoints have no other versions; leave it out");
    }
  }

  private static List<String> list(Fields fields, String name, Predicate<String> offered) {
    List<String> types =
        fields.choiceOrNull(
            name,
            TextLimits.FILTERS,
            type -> Fields.NAME.matcher(type).matches() || isPattern(type),
            "an event type such as invoice.paid, or invoice.*");
    if (types == null) {
      return List.of();
    }
    var unused = fields.checked(name, types, all -> TextLimits.eventTypes(name, all));
    List<String> unknown =
        types.stream().filter(type -> !isPattern(type) && !offered.test(type)).toList();
    if (!unknown.isEmpty()) {
      throw fields.invalid(
          name,
          "has event types that there are not: "
              + Quoted.of(String.join(", ", unknown))
              + "; create them first, or choose others");
    }
    return types;
  }

  private static boolean isPattern(String type) {
    return type.equals("*")
        || (type.endsWith(".*")
            && Fields.NAME.matcher(type.substring(0, type.length() - 2)).matches());
  }

  /** Reads channels, of an endpoint or a message; none if there is no such field. */
  static List<String> channels(Fields fields) {
    List<String> channels =
        fields.choiceOrNull(
            "channels",
            MOST_CHANNELS,
            name -> CHANNEL.matcher(name).matches(),
            "1 to 128 of the characters a-z A-Z 0-9 - _ . : +");
    return channels == null ? List.of() : channels;
  }

  private static EndpointPolicy policy(Fields fields, EndpointPolicy before) {
    Long concurrency = fields.numberOrNull("concurrency", 0, MOST_CONCURRENCY);
    Long timeout = fields.numberOrNull("timeoutSeconds", 1, MOST_TIMEOUT);
    return new EndpointPolicy(
        fields.flag("ordered", before.ordered()),
        Rates.patched(fields, before.rateLimit()),
        concurrency == null ? before.concurrency() : concurrency.intValue(),
        timeout == null ? before.timeoutMillis() : Math.toIntExact(timeout * 1_000),
        fields.has("retrySchedule") ? RetrySchedules.read(fields) : before.retryWaits(),
        before.wireFormat());
  }

  private static EndpointState state(Fields fields, EndpointState before) {
    Boolean disabled = fields.flagOrNull("disabled");
    if (disabled == null) {
      return before;
    }
    if (disabled) {
      return before.isDisabled() ? before : EndpointState.DISABLED;
    }
    return before.isDisabled() ? EndpointState.ENABLED : before;
  }

  /** Reads a signing secret; clients may leave its prefix out. */
  static @Nullable String secret(Fields fields) {
    String name = fields.has("key") ? "key" : "secret";
    String secret = fields.textOrNull(name);
    if (secret == null) {
      return null;
    }
    String whole = secret.startsWith("wh") && secret.contains("_") ? secret : "whsec_" + secret;
    try {
      new StandardWireFormat(false).check(whole);
      return whole;
    } catch (IllegalArgumentException e) {
      throw fields.invalid(name, String.valueOf(e.getMessage()));
    }
  }

  /** Reads custom headers. */
  static @Nullable Map<String, String> headers(Fields fields) {
    Map<String, String> headers = fields.mapOrNull("headers");
    if (headers != null) {
      ReservedHeaders.refuse(fields, headers.keySet());
      check(fields, headers);
    }
    return headers;
  }

  static void check(Fields fields, Map<String, String> headers) {
    try {
      HeaderRules.standard().check(headers);
    } catch (IllegalArgumentException e) {
      throw fields.invalid("headers", String.valueOf(e.getMessage()));
    }
  }

  static List<Header> list(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Returns the same with another uid. */
  EndpointInput withUid(String uid) {
    EndpointRow named =
        new EndpointRow(
            0,
            0,
            uid,
            row.url(),
            row.description(),
            row.eventTypes(),
            row.channels(),
            row.policy(),
            row.state(),
            row.metadata(),
            0,
            0);
    return new EndpointInput(named, secret, headers);
  }

  EndpointDraft draft() {
    return new EndpointDraft(
        row.uid(),
        row.url(),
        row.description(),
        row.eventTypes(),
        row.channels(),
        row.policy(),
        row.state(),
        row.metadata(),
        secret,
        headers == null ? List.of() : list(headers));
  }

  /** Returns a row with what this says. */
  EndpointRow applied(EndpointRow before, long now) {
    return new EndpointRow(
        before.id(),
        before.application(),
        row.uid(),
        row.url(),
        row.description(),
        row.eventTypes(),
        row.channels(),
        row.policy(),
        row.state(),
        row.metadata(),
        before.created(),
        now);
  }
}
