package dev.posthorn.engine;

import dev.posthorn.scheduler.Clock;
import dev.posthorn.scheduler.Scheduler;
import dev.posthorn.store.Store;
import dev.posthorn.transport.Transport;

/**
 * The world as the engine sees it. In production these are the machine, in a simulation all of them
 * are virtual.
 *
 * @param clock tells time
 * @param scheduler gives threads
 * @param store keeps everything
 * @param transport makes exchanges
 */
public record Seams(Clock clock, Scheduler scheduler, Store store, Transport transport) {}
