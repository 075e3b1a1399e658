package dev.posthorn.server.api.console;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Filters of the tail, as the query of a request names them. */
final class TailFilter {
  /** The filters, for the description of the API. */
  static final Operation.Param[] PARAMS = {
    choice("kind", "Only messages or only attempts", "message", "attempt"),
    text("app_id", "Only this application, by id or uid"),
    text("endpoint_id", "Only attempts of this endpoint, by id"),
    OperationBuilder.EVENT_TYPES,
    choice("outcome", "Only attempts that succeeded or failed", "success", "fail"),
    new Operation.Param(
        "status_code_class",
        "query",
        "{\"type\":\"integer\",\"enum\":[0,100,200,300,400,500]}",
        "Only attempts with a status of this class; 0 for no response"),
    text("error", "Only attempts with this error, such as timeout_connect"),
    text("text", "Only what has this text in an id, event type, event id, tag, channel or URL")
  };

  private static final Set<String> CLASSES = Set.of("0", "100", "200", "300", "400", "500");

  private final ApiSupport api;
  private final Query query;

  private TailFilter(ApiSupport api, Query query) {
    this.api = api;
    this.query = query;
  }

  private static Operation.Param text(String name, String description) {
    return new Operation.Param(name, "query", "{\"type\":\"string\"}", description);
  }

  private static Operation.Param choice(String name, String description, String one, String two) {
    String schema = "{\"type\":\"string\",\"enum\":[\"" + one + "\",\"" + two + "\"]}";
    return new Operation.Param(name, "query", schema, description);
  }

  /** Returns the filter of a request, which lets nothing of other environments pass. */
  static Predicate<TailEvent> of(Call call, ApiSupport api) {
    TailFilter filter = new TailFilter(api, call.query());
    long environment = call.caller().environment();
    Predicate<TailEvent> own = event -> event.application().environment() == environment;
    return Stream.of(
            filter.kind(),
            filter.application(call),
            filter.endpoint(),
            filter.types(),
            filter.outcome(),
            filter.statusClass(),
            filter.error(),
            filter.text())
        .filter(Objects::nonNull)
        .reduce(own, Predicate::and);
  }

  private static Predicate<TailEvent> attempts(Predicate<TailEvent.Attempted> of) {
    return event -> event instanceof TailEvent.Attempted attempted && of.test(attempted);
  }

  private @Nullable Predicate<TailEvent> kind() {
    return switch (choice("kind", "message", "attempt")) {
      case "message" -> event -> event instanceof TailEvent.Accepted;
      case "attempt" -> event -> event instanceof TailEvent.Attempted;
      default -> null;
    };
  }

  private @Nullable Predicate<TailEvent> application(Call call) {
    String name = query.text("app_id");
    if (name == null) {
      return null;
    }
    ApplicationRow row = api.applicationOrNull(call, name);
    if (row == null) {
      throw Query.invalid("app_id", "is an unknown id or uid: " + Quoted.of(name));
    }
    long id = row.id();
    return event -> event.application().id() == id;
  }

  private @Nullable Predicate<TailEvent> endpoint() {
    String name = query.text("endpoint_id");
    if (name == null) {
      return null;
    }
    long id =
        api.parse(IdPrefix.ENDPOINT, name)
            .orElseThrow(
                () -> Query.invalid("endpoint_id", "is an unknown id: " + Quoted.of(name)));
    return attempts(event -> event.endpoint().id() == id);
  }

  private @Nullable Predicate<TailEvent> types() {
    Set<String> types = query.set("event_types");
    return types.isEmpty()
        ? null
        : event -> event.message() != null && types.contains(event.message().type());
  }

  private @Nullable Predicate<TailEvent> outcome() {
    String outcome = choice("outcome", "success", "fail");
    boolean success = outcome.equals("success");
    return outcome.isEmpty() ? null : attempts(event -> event.attempt().isSuccess() == success);
  }

  private @Nullable Predicate<TailEvent> statusClass() {
    String code = query.text("status_code_class");
    if (code == null) {
      return null;
    }
    if (!CLASSES.contains(code)) {
      throw Query.invalid("status_code_class", "must be 0, 100, 200, 300, 400 or 500");
    }
    int first = Integer.parseInt(code) / 100;
    return attempts(event -> event.attempt().status() / 100 == first);
  }

  private @Nullable Predicate<TailEvent> error() {
    String error = query.text("error");
    return error == null ? null : attempts(event -> error.equals(event.attempt().error()));
  }

  private @Nullable Predicate<TailEvent> text() {
    String given = query.text("text");
    if (given == null) {
      return null;
    }
    if (given.length() > RequestRules.MAX_FILTER) {
      throw Query.invalid("text", "must have at most " + RequestRules.MAX_FILTER + " characters");
    }
    String text = given.toLowerCase(Locale.ROOT);
    return event -> texts(event).anyMatch(one -> one.toLowerCase(Locale.ROOT).contains(text));
  }

  private Stream<String> texts(TailEvent event) {
    List<String> ids =
        switch (event) {
          case TailEvent.Accepted accepted -> List.of(TailView.message(api, accepted));
          case TailEvent.Attempted attempted ->
              List.of(
                  TailView.message(api, attempted),
                  api.id(IdPrefix.ATTEMPT, attempted.attempt().id()),
                  api.id(IdPrefix.ENDPOINT, attempted.endpoint().id()),
                  attempted.endpoint().url(),
                  String.valueOf(attempted.attempt().error()));
        };
    Stream<String> owner =
        Stream.of(
            api.id(IdPrefix.APPLICATION, event.application().id()),
            String.valueOf(event.application().uid()),
            event.application().name());
    return Stream.concat(Stream.concat(ids.stream(), owner), texts(event.message()));
  }

  private static Stream<String> texts(@Nullable MessageSpec message) {
    if (message == null) {
      return Stream.of();
    }
    Stream<String> names = Stream.of(message.type(), String.valueOf(message.eventId()));
    return Stream.of(names, message.tags().stream(), message.channels().stream())
        .flatMap(each -> each);
  }

  /** Returns one of two values, or an empty text if there is none. */
  private String choice(String name, String one, String two) {
    String value = query.text(name);
    if (value != null && !value.equals(one) && !value.equals(two)) {
      throw Query.invalid(name, "must be " + one + " or " + two + ", not " + Quoted.of(value));
    }
    return value == null ? "" : value;
  }
}
