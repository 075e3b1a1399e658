package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.registry.EndpointSecrets;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.HiddenHeaders;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.wire.Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Secrets of an endpoint: its signing secrets and custom headers. */
public final class EndpointSecretApi {
  /**
   * The location of the operations in the API.
   *
   * @param tag the group that lists them
   * @param path the path of an endpoint
   * @param id the prefix of their ids
   * @param access the access that they require
   * @param endpoint finds the endpoint that a path names, or throws 404
   */
  record Place(
      String tag, String path, String id, Operation.Access access, ToLongFunction<Call> endpoint) {}

  private static final long GRACE_SECONDS = 86_400;
  private final ApiSupport api;
  private final Place place;

  /** Creates the operations of applications' endpoints. */
  public EndpointSecretApi(ApiSupport api) {
    this(
        api,
        new Place(
            "Endpoint",
            "/api/v1/app/{app_id}/endpoint/{endpoint_id}",
            "v1.endpoint",
            APPLICATION,
            call -> api.endpoint(call, api.application(call)).id()));
  }

  /** Creates the operations of other endpoints. */
  EndpointSecretApi(ApiSupport api, Place place) {
    this.api = api;
    this.place = place;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder(place.tag);
    return List.of(
        operations
            .get(
                place.path + "/secret",
                place.id + ".get-secret",
                "Returns the key that receivers verify with.")
            .returns(200, "EndpointSecretOut")
            .to(place.access, call -> key(secrets().verificationKey(id(call)))),
        operations
            .post(
                place.path + "/secret/rotate",
                place.id + ".rotate-secret",
                "Rotates the signing secret.")
            .query(OperationBuilder.IDEMPOTENCY)
            .mayTake("EndpointSecretRotateIn")
            .returns(204, null)
            .returns(200, "EndpointSecretOut")
            .to(place.access, this::rotate),
        operations
            .get(
                place.path + "/headers",
                place.id + ".get-headers",
                "Returns the endpoint's custom headers.")
            .returns(200, "EndpointHeadersOut")
            .to(place.access, this::headers),
        operations
            .put(
                place.path + "/headers",
                place.id + ".update-headers",
                "Replaces the endpoint's custom headers.")
            .accepts("EndpointHeadersIn")
            .returns(204, null)
            .to(place.access, this::replaceHeaders),
        operations
            .patch(
                place.path + "/headers",
                place.id + ".patch-headers",
                "Updates some of the endpoint's custom headers.")
            .accepts("EndpointHeadersPatchIn")
            .returns(204, null)
            .to(place.access, this::patchHeaders));
  }

  private long id(Call call) {
    return place.endpoint.applyAsLong(call);
  }

  private EndpointSecrets secrets() {
    return api.engine().endpointSecrets();
  }

  // ---- the signing secret --------------------------------------------------------------------

  private static Answer key(String key) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("key", key);
          json.writeEndObject();
        });
  }

  private Answer rotate(Call call) {
    long endpoint = id(call);
    Fields fields = call.optionalFields();
    String secret = EndpointInput.secret(fields);
    Long grace = fields.numberOrNull("gracePeriodSeconds", EndpointRules.SECRET_GRACE.seconds());
    long graceMillis = (grace == null ? GRACE_SECONDS : grace) * 1_000;
    return api.changeSecret(
        call,
        secrets(),
        EndpointSecrets::once,
        secrets -> secrets.rotate(endpoint, secret, graceMillis),
        new ApiSupport.SecretAnswer<>(
            Integer.class,
            number -> rotated(call, endpoint, number),
            number -> ByteBuffer.allocate(Integer.BYTES).putInt(number).array(),
            number -> rotated(call, endpoint, ByteBuffer.wrap(number).getInt())));
  }

  /** Answers with the secret that this rotation set, never with a later one. */
  private Answer rotated(Call call, long endpoint, int number) {
    if (!wantsSecret(call)) {
      return Answer.empty(204);
    }
    return secrets()
        .verificationKey(endpoint, number)
        .map(EndpointSecretApi::key)
        .orElseThrow(
            () ->
                ApiError.conflict(
                    "secret: the secret that this request set has been replaced since; get the"
                        + " current one"));
  }

  /**
   * Returns whether the client is a Svix SDK of version 2, which fails without the new secret;
   * version 1 fails with it.
   */
  private static boolean wantsSecret(Call call) {
    String client = call.header("User-Agent");
    return client != null && client.startsWith("svix-libs/2.");
  }

  // ---- custom headers ------------------------------------------------------------------------

  private Answer headers(Call call) {
    Map<String, String> shown = new LinkedHashMap<>();
    List<String> sensitive = new ArrayList<>();
    for (Header header : secrets().headers(id(call))) {
      if (HiddenHeaders.isHidden(header.name())) {
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
      throw fields.invalid("headers", "is required; send an empty object to have none");
    }
    return saved(secrets().setHeaders(endpoint, EndpointInput.list(headers)));
  }

  private Answer patchHeaders(Call call) {
    long endpoint = id(call);
    Fields fields = call.fields();
    fields.refuseNull("headers", "deleteHeaders");
    Map<String, @Nullable String> changes = fields.patchOrNull("headers");
    if (changes != null) {
      Map<String, String> added = new LinkedHashMap<>();
      apply(changes, added);
      fields.require("headers", HeaderRules.ofClients().problem(added));
    }
    List<String> gone =
        fields.listOrNull("deleteHeaders", names -> Problems.ofTexts(names, RequestRules.MAX_IDS));
    UnaryOperator<List<Header>> edit =
        present -> {
          Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          present.forEach(header -> headers.put(header.name(), header.value()));
          if (gone != null) {
            gone.forEach(headers::remove);
          }
          apply(changes, headers);
          fields.require("headers", HeaderRules.ofHost().problem(headers));
          return EndpointInput.list(headers);
        };
    var unused =
        edit.apply(secrets().headers(endpoint)); // reports problems before the writer runs it
    return saved(secrets().editHeaders(endpoint, edit));
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
    var unused = api.done(change);
    return Answer.empty(204);
  }
}
