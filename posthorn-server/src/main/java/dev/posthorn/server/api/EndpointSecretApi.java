package dev.posthorn.server.api;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.engine.Administration;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.SigningSecret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What of an endpoint is secret: its signing secrets and its custom headers. */
final class EndpointSecretApi {
  private static final String ONE = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";
  private static final long MOST_GRACE_SECONDS = 604_800;
  private static final long GRACE_SECONDS = 86_400;
  private static final Set<String> SENSITIVE =
      Set.of(
          "authorization",
          "proxy-authorization",
          "proxy-authenticate",
          "www-authenticate",
          "cookie",
          "x-auth-token",
          "x-api-key");

  private final Desk desk;

  EndpointSecretApi(Desk desk) {
    this.desk = desk;
  }

  List<Operation> operations() {
    Docket at = new Docket("Endpoint");
    return List.of(
        at.get(ONE + "/secret", "v1.endpoint.get-secret", "Shows the signing secret.")
            .gives(200, "EndpointSecretOut")
            .to(APPLICATION, call -> secret(id(call))),
        at.post(ONE + "/secret/rotate", "v1.endpoint.rotate-secret", "Gives it a new secret.")
            .query(Docket.IDEMPOTENCY)
            .takes("EndpointSecretRotateIn")
            .gives(204, null)
            .to(APPLICATION, this::rotate),
        at.get(ONE + "/headers", "v1.endpoint.get-headers", "Shows its custom headers.")
            .gives(200, "EndpointHeadersOut")
            .to(APPLICATION, this::headers),
        at.put(ONE + "/headers", "v1.endpoint.update-headers", "Replaces its custom headers.")
            .takes("EndpointHeadersIn")
            .gives(204, null)
            .to(APPLICATION, this::replaceHeaders),
        at.patch(ONE + "/headers", "v1.endpoint.patch-headers", "Changes custom headers.")
            .takes("EndpointHeadersPatchIn")
            .gives(204, null)
            .to(APPLICATION, this::patchHeaders));
  }

  private long id(Call call) {
    return desk.endpoint(call, desk.application(call)).id();
  }

  private Administration administration() {
    return desk.engine().administration();
  }

  // ---- the signing secret --------------------------------------------------------------------

  private Answer secret(long endpoint) {
    List<SigningSecret> secrets = administration().signingSecrets(endpoint);
    String newest = secrets.isEmpty() ? "" : secrets.get(secrets.size() - 1).secret();
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("key", newest);
          json.writeEndObject();
        });
  }

  private Answer rotate(Call call) {
    long endpoint = id(call);
    Fields fields = call.optionalFields();
    String secret = EndpointInput.secret(fields);
    Long grace = fields.numberOrNull("gracePeriodSeconds", 0, MOST_GRACE_SECONDS);
    long graceMillis = (grace == null ? GRACE_SECONDS : grace) * 1_000;
    // No secret in the answer: clients expect none, and it would be remembered for a repetition.
    return desk.change(
        call,
        administration(),
        Administration::once,
        // What the writer makes of it is remembered, whatever its type.
        administration ->
            administration
                .rotateSecret(endpoint, secret, graceMillis)
                .thenApply(nothing -> new Object()),
        done -> Answer.empty(204));
  }

  // ---- custom headers ------------------------------------------------------------------------

  private Answer headers(Call call) {
    Map<String, String> shown = new LinkedHashMap<>();
    List<String> sensitive = new ArrayList<>();
    for (Header header : administration().headers(id(call))) {
      if (SENSITIVE.contains(header.name().toLowerCase(Locale.ROOT))) {
        sensitive.add(header.name());
      } else {
        shown.put(header.name(), header.value());
      }
    }
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Json.map(json, "headers", shown);
          Json.list(json, "sensitive", sensitive);
          json.writeEndObject();
        });
  }

  private Answer replaceHeaders(Call call) {
    long endpoint = id(call);
    Fields fields = call.fields();
    Map<String, String> headers = EndpointInput.headers(fields);
    if (headers == null) {
      throw fields.invalid("headers", "is required; give an empty object to have none");
    }
    return saved(administration().setHeaders(endpoint, EndpointInput.list(headers)));
  }

  private Answer patchHeaders(Call call) {
    long endpoint = id(call);
    Fields fields = call.fields();
    Map<String, @Nullable String> changes = fields.patchOrNull("headers");
    List<String> gone =
        fields.listOrNull("deleteHeaders", 1_000, name -> !name.isEmpty(), "a header's name");
    UnaryOperator<List<Header>> edit =
        present -> {
          Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          present.forEach(header -> headers.put(header.name(), header.value()));
          if (gone != null) {
            gone.forEach(headers::remove);
          }
          apply(changes, headers);
          EndpointInput.check(fields, headers);
          return EndpointInput.list(headers);
        };
    var unused = edit.apply(administration().headers(endpoint)); // told before the writer has it
    return saved(administration().editHeaders(endpoint, edit));
  }

  private static void apply(
      @Nullable Map<String, @Nullable String> changes, Map<String, String> headers) {
    if (changes == null) {
      return;
    }
    changes.forEach(
        (name, value) -> {
          headers.remove(name);
          if (value != null) {
            headers.put(name, value);
          }
        });
  }

  private Answer saved(CompletableFuture<Void> change) {
    var unused = desk.done(change);
    return Answer.empty(204);
  }
}
