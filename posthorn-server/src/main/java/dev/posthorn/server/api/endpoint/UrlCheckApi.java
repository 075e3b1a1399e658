package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The check of a URL before it becomes an endpoint: one request without a signature and with an
 * empty object, which a receiver that verifies signatures refuses. It shows no more than attempts
 * show customers: neither the response's body nor what there is in the server's own network.
 */
public final class UrlCheckApi {
  /** Checks wait for a receiver, so they may take only some of the threads for requests. */
  private static final int MOST_AT_ONCE = 4;

  private static final ExchangeLimits LIMITS = ExchangeLimits.DEFAULT.within(5_000);
  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

  private final ApiSupport api;
  private final Poster poster;
  private final CheckTurns turns = new CheckTurns(MOST_AT_ONCE, System::nanoTime);

  public UrlCheckApi(ApiSupport api, Poster poster) {
    this.api = api;
    this.poster = poster;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Endpoint")
            .post(
                "/api/v1/app/{app_id}/endpoint-url/check",
                "v1.endpoint.check-url",
                "Sends a request without a signature to a URL, to see whether it can be reached.")
            .accepts("EndpointUrlCheckIn")
            .returns(200, "EndpointUrlCheckOut")
            .to(APPLICATION, this::check));
  }

  /**
   * The result of a check.
   *
   * @param status the response's status, or 0 if there was none
   * @param error the class of the error, or null
   * @param detail what went wrong, for people; empty if nothing did
   */
  private record Found(int status, @Nullable String error, String detail, int micros) {}

  private Answer check(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.fields();
    HttpTarget target = target(fields);
    turns.begin(application.id());
    try {
      Owner owner = new Owner(application.id(), target.authority());
      return answer(target, found(poster.post(owner, target, NOTHING, LIMITS)));
    } catch (TimeoutException e) {
      throw ApiError.later(503, "overloaded", "the check did not end in time; try again", 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiError.later(503, "closed", "the server stops", 1);
    } finally {
      turns.end(application.id());
    }
  }

  private static HttpTarget target(Fields fields) {
    String url = fields.text("url", EndpointRules::urlProblem);
    return HttpTarget.parse(HttpTarget.normalize(url));
  }

  private static Found found(ExchangeResult result) {
    return switch (result) {
      case ExchangeResult.Response response ->
          new Found(response.status(), null, "", response.timings().total());
      case ExchangeResult.Failure failure ->
          switch (failure.error()) {
            case ErrorClass.OwnShortage shortage ->
                throw ApiError.later(
                    503, "overloaded", "the server is short of a resource; try again", 1);
            case ErrorClass.Dns dns -> noAddress(failure);
            case ErrorClass.RefusedAddress refused -> noAddress(failure);
            case ErrorClass.Connect connect ->
                new Found(
                    0,
                    connect.code(),
                    "the connection could not be established, or it broke",
                    failure.timings().total());
            default ->
                new Found(0, failure.error().code(), failure.detail(), failure.timings().total());
          };
    };
  }

  private static Found noAddress(ExchangeResult.Failure failure) {
    return new Found(
        0,
        new ErrorClass.Dns().code(),
        "the host has no address that the server may connect to",
        failure.timings().total());
  }

  private static Answer answer(HttpTarget target, Found found) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("url", target.url());
          json.writeBooleanProperty("reached", found.error() == null);
          Json.positiveOrNull(json, "status", found.status());
          Json.text(json, "error", found.error());
          json.writeStringProperty("detail", found.detail());
          json.writeNumberProperty("durationMs", found.micros() / 1_000);
          json.writeEndObject();
        });
  }
}
