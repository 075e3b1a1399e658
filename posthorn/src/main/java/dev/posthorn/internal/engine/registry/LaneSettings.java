package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.wire.RequestSigner;

/**
 * An endpoint's settings as its lane uses them.
 *
 * @param source the settings they were made from; another object means a change
 * @param state the state of the endpoint
 * @param ordered whether one delivery is in flight at a time
 * @param concurrency the most exchanges at a time
 * @param owner its application and endpoint, for fair turns
 * @param target the receiver
 * @param framer makes the headers of requests
 * @param limits the bounds of an exchange
 * @param rules the rules of retries
 */
public record LaneSettings(
    RegisteredEndpoint.Settings source,
    EndpointState state,
    boolean ordered,
    int concurrency,
    Owner owner,
    HttpTarget target,
    RequestSigner framer,
    ExchangeLimits limits,
    DeliveryRules rules) {}
