package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.wire.RequestSigner;

/**
 * An endpoint's settings as its lane uses them.
 *
 * @param source the settings they were made from; another object means a change
 * @param concurrency the most exchanges at a time
 * @param owner its application and endpoint, for fair turns
 * @param requests the common part of its requests
 * @param rules the rules of retries
 */
public record LaneSettings(
    RegisteredEndpoint.Settings source,
    int concurrency,
    Owner owner,
    Requests requests,
    DeliveryRules rules) {

  /**
   * The common part of the requests to an endpoint.
   *
   * @param target the place that they go to
   * @param signer makes their headers
   * @param limits the bounds of an exchange
   */
  public record Requests(HttpTarget target, RequestSigner signer, ExchangeLimits limits) {}

  /** Returns whether the endpoint takes deliveries. */
  public EndpointState state() {
    return source.row().state();
  }

  /** Returns whether one delivery is in flight at a time. */
  public boolean ordered() {
    return source.row().policy().ordered();
  }

  /** Returns the place that requests go to. */
  public HttpTarget target() {
    return requests.target;
  }

  /** Returns the signer of requests. */
  public RequestSigner signer() {
    return requests.signer;
  }

  /** Returns the bounds of an exchange. */
  public ExchangeLimits limits() {
    return requests.limits;
  }
}
