package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts requests and holds their shared parts: routes, limits, workers and metrics. */
final class RequestDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);

  final Routes routes;
  final Filters filters;
  final Authenticator authenticator;
  final HttpLimits limits;
  final HttpListener.Workers workers;
  final Cors cors;
  final RequestMetrics metrics;
  final Documents documents;
  private final RequestIds ids = new RequestIds();

  RequestDispatcher(
      HttpListener.Service service,
      Authenticator authenticator,
      HttpLimits limits,
      RequestMetrics metrics) {
    this.routes = new Routes(service.operations());
    this.filters = new Filters(service.operations());
    this.workers = service.workers();
    this.cors = service.cors();
    this.authenticator = authenticator;
    this.limits = limits;
    this.metrics = metrics;
    this.documents = new Documents(limits.documents());
  }

  /** Handles a request. */
  void handle(HttpServerRequest request, ClientConnection client) {
    new InFlightRequest(this, request, client, ids.of(request.getHeader(RequestIds.HEADER)))
        .start();
  }

  /**
   * Refuses an invalid request and closes the connection, where the next request cannot be found.
   */
  void refuse(HttpServerRequest request, ClientConnection client, ApiError error) {
    new InFlightRequest(this, request, client, ids.of(null)).refuse(error);
  }

  /** Returns the answer to a request that failed with an exception. */
  static Answer answer(Throwable thrown, String requestId) {
    Throwable cause = thrown.getCause();
    Throwable e = thrown instanceof CompletionException && cause != null ? cause : thrown;
    if (e instanceof ApiError error) {
      return error.answer();
    }
    if (e instanceof PosthornException refused) {
      return ErrorMapper.of(refused).answer();
    }
    LOG.error("Request {} failed", requestId, e);
    return ApiError.of(
            500,
            "server_error",
            "internal error; the server's log has the details under the request id " + requestId)
        .answer();
  }
}
