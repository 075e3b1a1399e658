package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.SettingsInBatch;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.spi.store.Store;
import java.util.Set;
import java.util.TreeSet;

/**
 * All settings that messages are accepted and delivered by, in memory. They change in one way: the
 * changes of a committed batch are applied to them.
 *
 * @param environments the environments and tokens
 * @param eventTypes the event types
 * @param endpoints the applications and endpoints
 */
public record RegisteredSettings(
    EnvironmentRegistry environments, EventTypeRegistry eventTypes, EndpointRegistry endpoints)
    implements SettingsMemory {

  /**
   * Reads everything from a store.
   *
   * @param environment an environment that has no row of its own
   */
  public static RegisteredSettings load(Store store, long environment) {
    EndpointRegistry endpoints = EndpointRegistry.load(store);
    EnvironmentRegistry environments = EnvironmentRegistry.load(store);
    Set<Long> ids = new TreeSet<>(endpoints.environments());
    ids.add(environment);
    environments.environments().forEach(row -> ids.add(row.id()));
    return new RegisteredSettings(environments, EventTypeRegistry.load(store, ids), endpoints);
  }

  @Override
  public SettingsInBatch begin() {
    return new StagedSettings(this);
  }
}
