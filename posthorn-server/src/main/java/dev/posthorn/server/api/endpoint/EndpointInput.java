package dev.posthorn.server.api.endpoint;

import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.server.http.Fields;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.wire.Header;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Description of an endpoint by a client.
 *
 * @param spec the settings
 * @param state the state
 * @param secret the signing secret, or null
 * @param headers custom headers, or null
 */
public record EndpointInput(
    EndpointSpec spec,
    EndpointState state,
    @Nullable String secret,
    @Nullable Map<String, String> headers) {
  /**
   * Reads a complete endpoint: missing fields get their defaults.
   *
   * @param offered whether the caller may select an event type
   */
  static EndpointInput whole(Fields fields, Predicate<String> offered) {
    fields.text("url");
    return read(fields, blank(EndpointPolicy.DEFAULT), EndpointState.ENABLED, offered);
  }

  /**
   * Reads a replacement of an endpoint, keeping the settings that older clients do not know.
   *
   * @param offered whether the caller may select an event type that the endpoint does not have yet
   */
  static EndpointInput replacing(Fields fields, EndpointRow before, Predicate<String> offered) {
    fields.text("url");
    return read(
        fields,
        blank(before.policy().toBuilder().rateLimit(0).build()),
        before.state() == EndpointState.PAUSED ? EndpointState.PAUSED : EndpointState.ENABLED,
        offered.or(before.spec().eventTypes()::contains));
  }

  private static EndpointSpec blank(EndpointPolicy policy) {
    return EndpointSpec.to("").policy(policy).build();
  }

  /**
   * Reads a change: missing fields keep their values.
   *
   * @param offered whether the caller may select an event type that the endpoint does not have yet
   */
  static EndpointInput change(Fields fields, EndpointRow before, Predicate<String> offered) {
    return read(
        fields, before.spec(), before.state(), offered.or(before.spec().eventTypes()::contains));
  }

  private static EndpointInput read(
      Fields fields, EndpointSpec before, EndpointState state, Predicate<String> offered) {
    fields.refuseNull("disabled");
    requireVersion(fields);
    return new EndpointInput(
        EndpointFields.read(fields, before, offered),
        state(fields, state),
        secret(fields),
        headers(fields));
  }

  /** Checks the version that older clients send, which must be 1. */
  private static void requireVersion(Fields fields) {
    JsonNode version = fields.node("version");
    if (version != null && !(version.isIntegralNumber() && version.asString().equals("1"))) {
      throw fields.invalid("version", "must be 1, the only version of endpoints; leave it out");
    }
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

  /** Reads a signing secret, whose prefix clients may leave out. */
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
      check(fields, headers);
    }
    return headers;
  }

  static void check(Fields fields, Map<String, String> headers) {
    fields.require("headers", HeaderRules.ofClients().problem(headers));
  }

  static List<Header> list(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Returns a copy with another uid. */
  EndpointInput withUid(String uid) {
    return new EndpointInput(spec.toBuilder().uid(uid).build(), state, secret, headers);
  }

  EndpointDraft draft() {
    return new EndpointDraft(spec, state, secret, headers == null ? List.of() : list(headers));
  }

  /** Returns a row with this description applied. */
  EndpointRow applied(EndpointRow before, long now) {
    return before.with(spec, now).with(state, now);
  }
}
