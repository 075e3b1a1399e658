package dev.posthorn.engine;

import dev.posthorn.scheduler.Owner;
import dev.posthorn.store.EndpointState;
import dev.posthorn.transport.ExchangeLimits;
import dev.posthorn.transport.HttpTarget;
import dev.posthorn.wire.Framer;

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
record LaneSettings(
    EndpointEntry.Settings source,
    EndpointState state,
    boolean ordered,
    int concurrency,
    Owner owner,
    HttpTarget target,
    Framer framer,
    ExchangeLimits limits,
    DeliveryRules rules) {}
