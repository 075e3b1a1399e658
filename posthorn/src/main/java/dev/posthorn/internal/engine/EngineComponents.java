package dev.posthorn.internal.engine;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.PublicIdKey;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.Permits;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.EnvironmentRegistry;
import dev.posthorn.internal.engine.registry.EventTypeRegistry;
import dev.posthorn.internal.engine.registry.LaneSettingsFactory;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Store;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parts of an engine that the rooms below it need, read from the store and put together.
 *
 * @param context the context of its lanes
 * @param shards its event loops
 * @param environments the environments and tokens
 * @param eventTypes the event types
 * @param keyring encrypts secrets
 */
record EngineComponents(
    LaneContext context,
    Shards shards,
    EnvironmentRegistry environments,
    EventTypeRegistry eventTypes,
    Keyring keyring) {

  /** Puts an engine together; nothing runs yet. */
  static EngineComponents of(EngineConfig config, EngineRuntime runtime, Parts parts) {
    Store store = runtime.store();
    EngineOptions options = fitting(config.options(), runtime);
    PublicIds ids = PublicIdKey.of(store);
    Guard guard = parts.guard(runtime.clock().machine());
    Journal journal = parts.journal(runtime, guard, options.retentionMillis());
    EndpointRegistry endpoints = EndpointRegistry.load(store);
    EnvironmentRegistry environments = EnvironmentRegistry.load(store);
    EventTypeRegistry eventTypes = EventTypeRegistry.load(store, ids(endpoints, environments));
    EngineCounters counters = new EngineCounters();
    EngineEvents events = new EngineEvents(runtime.scheduler().callbacks(), guard, counters, ids);
    LaneContext context =
        new LaneContext(
            options,
            runtime,
            new LaneContext.Duty(guard, journal),
            new LaneContext.Registry(
                endpoints,
                new LaneSettingsFactory(options, config.keyring(), config.formats(), eventTypes),
                parts.cancellations(endpoints)),
            new LaneContext.Reporting(ids, counters, events),
            config.random());
    Shards shards = shards(runtime.scheduler().loops(), context, parts);
    return new EngineComponents(context, shards, environments, eventTypes, config.keyring());
  }

  private static EngineOptions fitting(EngineOptions options, EngineRuntime runtime) {
    return options.withLimits(Permits.fitting(options.limits(), runtime.transport().connections()));
  }

  /** Returns the ids of all environments. */
  private static Set<Long> ids(EndpointRegistry endpoints, EnvironmentRegistry environments) {
    Set<Long> ids = new TreeSet<>(endpoints.environments());
    ids.add(Engine.LIBRARY_ENVIRONMENT); // it has no row of its own
    environments.environments().forEach(row -> ids.add(row.id()));
    return ids;
  }

  private static Shards shards(List<Loop> loops, LaneContext context, Parts parts) {
    return new Shards(
        loops.stream().map(loop -> new ShardLoop(loop, context, parts, loops.size())).toList());
  }
}
