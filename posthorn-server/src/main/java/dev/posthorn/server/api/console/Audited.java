package dev.posthorn.server.api.console;

import dev.posthorn.PosthornException;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Blocking;
import dev.posthorn.server.http.Operation.NonBlocking;
import dev.posthorn.server.http.Operation.Streaming;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Adds an entry to the audit log before each change that a person makes in the console. */
public final class Audited {
  private static final int MOST_FIELDS = 30;
  private static final int MOST_NAME = 60;
  private static final int REFUSED = 400;

  /** Paths of operations that only read, although their method is POST. */
  private static final Set<String> READING =
      Set.of("/api/v1/app/{app_id}/msg/search", "/api/v1/app/{app_id}/msg/precheck/active");

  private final ApiSupport api;
  private final AuditLog log;

  /** Creates the audit of an API's operations. */
  public Audited(ApiSupport api) {
    this.api = api;
    this.log = new AuditLog(api.engine());
  }

  /** Returns an operation whose calls in the console are logged if it changes something. */
  public Operation operation(Operation operation) {
    boolean changes =
        operation.access() != Operation.Access.PUBLIC
            && !operation.method().equals("GET")
            && !READING.contains(operation.path())
            && !operation.path().endsWith("/count");
    if (!changes) {
      return operation;
    }
    return operation.withAction(
        switch (operation.action()) {
          case Blocking blocking -> new Blocking(call -> handle(call, blocking.handler()));
          case NonBlocking direct ->
              new NonBlocking((call, answer) -> handle(call, direct.handler(), answer));
          case Streaming streaming -> streaming;
        });
  }

  private Answer handle(Call call, Operation.Handler handler) {
    Principal who = Principal.of(call);
    if (!who.isSession()) {
      return handler.handle(call);
    }
    AuditLog.Deed deed = deed(call);
    var unused = api.done(log.add(who, deed));
    try {
      Answer answer = handler.handle(call);
      if (answer.status() >= REFUSED) {
        refused(who, deed, answer.status());
      }
      return answer;
    } catch (ApiError e) {
      refused(who, deed, e.status());
      throw e;
    } catch (PosthornException e) {
      refused(who, deed, 500);
      throw e;
    }
  }

  private void refused(Principal who, AuditLog.Deed deed, int status) {
    var unused = api.done(log.add(who, deed.refused(status)));
  }

  private void handle(
      Call call, Operation.DirectHandler handler, Consumer<Supplier<Answer>> answer) {
    Principal who = Principal.of(call);
    if (!who.isSession()) {
      handler.handle(call, answer);
      return;
    }
    var unused =
        log.add(who, deed(call))
            .whenComplete(
                (added, failure) -> {
                  if (failure == null) {
                    handleLogged(call, handler, answer);
                  } else {
                    answer.accept(() -> rethrow(failure));
                  }
                });
  }

  private static void handleLogged(
      Call call, Operation.DirectHandler handler, Consumer<Supplier<Answer>> answer) {
    try {
      handler.handle(call, answer);
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      answer.accept(() -> rethrow(e));
    }
  }

  private static Answer rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    throw new IllegalStateException(failure);
  }

  private static AuditLog.Deed deed(Call call) {
    return new AuditLog.Deed(call.operation().id(), path(call), fields(call.body()), 0);
  }

  /** Returns the path with the values of its variables. */
  private static String path(Call call) {
    String path = call.operation().path();
    for (String value : call.path()) {
      int from = path.indexOf('{');
      path = path.substring(0, from) + value + path.substring(path.indexOf('}', from) + 1);
    }
    return path;
  }

  private static List<String> fields(byte[] body) {
    if (body.length == 0) {
      return List.of();
    }
    try {
      JsonNode object = Json.read(new String(body, StandardCharsets.UTF_8));
      return object.propertyNames().stream()
          .limit(MOST_FIELDS)
          .map(name -> name.length() > MOST_NAME ? name.substring(0, MOST_NAME) + "…" : name)
          .toList();
    } catch (JacksonException e) {
      return List.of(); // the operation refuses it
    }
  }
}
