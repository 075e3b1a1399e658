package dev.posthorn.server.api.console;

import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.endpoint.EndpointView;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A filter of the endpoints of an environment.
 *
 * @param application their application, or null for all
 * @param text a part of the URL or the description, in lower case, or null
 * @param state their state, or null
 */
record EndpointMatch(
    @Nullable ApplicationRow application, @Nullable String text, @Nullable String state) {

  private static final String UNKNOWN = "is not the id or uid of an application";
  private static final List<String> STATES =
      Arrays.stream(EndpointState.values())
          .map(state -> state.name().toLowerCase(Locale.ROOT))
          .toList();

  /** The filters, for the description of the API. */
  static final Operation.Param[] PARAMS = {
    new Operation.Param(
        "app_id", "query", "{\"type\":\"string\"}", "Only of this application, by id or uid"),
    new Operation.Param(
        "text", "query", "{\"type\":\"string\"}", "Only with this text in the URL or description"),
    new Operation.Param(
        "state",
        "query",
        STATES.stream()
            .collect(Collectors.joining("\",\"", "{\"type\":\"string\",\"enum\":[\"", "\"]}")),
        "Only in this state")
  };

  /** Returns the filter of a query. */
  static EndpointMatch of(Call call, ApiSupport api) {
    Query query = call.query();
    String text = query.text("text");
    if (text != null && text.length() > RequestRules.MAX_FILTER) {
      throw Query.invalid("text", "must have at most " + RequestRules.MAX_FILTER + " characters");
    }
    String state = query.text("state");
    if (state != null && !STATES.contains(state)) {
      throw Query.invalid("state", problem());
    }
    String application = query.text("app_id");
    ApplicationRow of = application == null ? null : api.applicationOrNull(call, application);
    if (application != null && of == null) {
      throw Query.invalid("app_id", UNKNOWN);
    }
    return new EndpointMatch(of, lower(text), state);
  }

  /** Returns the filter of a body. */
  static EndpointMatch of(Call call, ApiSupport api, Fields fields) {
    String state = fields.textOrNull("state", one -> STATES.contains(one) ? null : problem());
    String application = fields.textOrNull("appId");
    ApplicationRow of = application == null ? null : api.applicationOrNull(call, application);
    if (application != null && of == null) {
      throw fields.invalid("appId", UNKNOWN);
    }
    return new EndpointMatch(of, lower(fields.textOrNull("text", RequestRules.MAX_FILTER)), state);
  }

  private static String problem() {
    return "must be one of " + String.join(", ", STATES);
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the endpoints of an environment that match. */
  Stream<EndpointRow> endpoints(ApiSupport api, long environment) {
    List<ApplicationRow> of =
        application == null
            ? api.engine().registry().applications(environment)
            : List.of(application);
    return of.stream().flatMap(api::endpoints).filter(this::matches);
  }

  private boolean matches(EndpointRow row) {
    return (state == null || state.equals(EndpointView.state(row)))
        && (text == null
            || row.url().toLowerCase(Locale.ROOT).contains(text)
            || row.spec().description().toLowerCase(Locale.ROOT).contains(text));
  }
}
