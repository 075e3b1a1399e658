package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.wire.RequestSigner;

/**
 * An endpoint's settings as its lane uses them.
 *
 * @param source what they were made from; another object means that they have changed
 * @param state whether the endpoint takes deliveries
 * @param ordered whether one delivery is in flight at a time
 * @param concurrency how many exchanges there may be at a time
 * @param owner whose it is where many wait: of its application, this endpoint
 * @param target where requests go
 * @param framer makes their headers
 * @param limits the bounds of an exchange
 * @param rules when deliveries are attempted again
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
