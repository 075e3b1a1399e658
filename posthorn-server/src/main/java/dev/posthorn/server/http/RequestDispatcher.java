package dev.posthorn.server.http;

import io.vertx.core.http.HttpServerRequest;

/** Accepts requests and holds their shared parts: routes, limits, workers and metrics. */
final class RequestDispatcher {
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
    new InFlightRequest(this, request, client, ids.of(request.getHeader(ResponseWriter.REQUEST_ID)))
        .start();
  }

  /**
   * Refuses an invalid request and closes the connection, where the next request cannot be found.
   */
  void refuse(HttpServerRequest request, ClientConnection client, ApiError error) {
    new InFlightRequest(this, request, client, ids.of(null)).refuse(error);
  }
}
