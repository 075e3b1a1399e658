package dev.posthorn.internal.engine;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Ownership;
import dev.posthorn.internal.engine.base.PublicIdKey;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.Permits;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.LaneSettingsFactory;
import dev.posthorn.internal.engine.registry.RegisteredSettings;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Store;
import java.util.List;

/**
 * The parts of an engine that the rooms below it need, read from the store and put together.
 *
 * @param context the context of its lanes
 * @param shards its event loops
 * @param settings all settings in memory
 * @param keyring encrypts secrets
 * @param parts makes the parts
 */
record EngineComponents(
    LaneContext context, Shards shards, RegisteredSettings settings, Keyring keyring, Parts parts) {

  /** Puts an engine together; nothing runs yet. */
  static EngineComponents of(EngineConfig config, EngineRuntime runtime, Parts parts) {
    Store store = runtime.store();
    EngineOptions options = fitting(config.options(), runtime);
    PublicIds ids = PublicIdKey.of(store);
    Guard guard = parts.guard(runtime.clock().machine());
    RegisteredSettings settings = RegisteredSettings.load(store, Engine.LIBRARY_ENVIRONMENT);
    EndpointRegistry endpoints = settings.endpoints();
    Journal journal = parts.journal(runtime, guard, settings, options.retentionMillis());
    Ownership ownership = new Ownership(store.partitions());
    EngineCounters counters = new EngineCounters();
    EngineEvents events = new EngineEvents(runtime.scheduler().callbacks(), guard, counters, ids);
    LaneContext context =
        new LaneContext(
            options,
            runtime,
            new LaneContext.Duty(guard, journal, ownership),
            new LaneContext.Registry(
                endpoints,
                new LaneSettingsFactory(
                    options, config.keyring(), config.formats(), settings.eventTypes()),
                parts.cancellations(endpoints, ownership, store.lease())),
            new LaneContext.Reporting(ids, counters, events),
            config.random());
    Shards shards = shards(runtime.scheduler().loops(), context, parts);
    return new EngineComponents(context, shards, settings, config.keyring(), parts);
  }

  private static EngineOptions fitting(EngineOptions options, EngineRuntime runtime) {
    return options.withLimits(Permits.fitting(options.limits(), runtime.transport().connections()));
  }

  private static Shards shards(List<Loop> loops, LaneContext context, Parts parts) {
    return new Shards(
        loops.stream().map(loop -> new ShardLoop(loop, context, parts, loops.size())).toList());
  }
}
