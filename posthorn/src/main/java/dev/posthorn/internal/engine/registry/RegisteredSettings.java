package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.SettingsInBatch;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.spi.store.Store;
import java.util.Set;
import java.util.TreeSet;

/**
 * All settings that messages are accepted and delivered by, in memory. They change in one way: the
 * changes of a committed batch are applied to them, whoever has written it.
 */
public final class RegisteredSettings implements SettingsMemory {
  private final long environment;
  private final EnvironmentRegistry environments;
  private final EventTypeRegistry eventTypes;
  private final EndpointRegistry endpoints;

  /** The version of the settings here. The writer changes it. */
  private volatile long version;

  /**
   * Reads everything from a store that others may write to meanwhile: what they change is in the
   * log, after the version that this has.
   */
  private RegisteredSettings(Store store, long environment) {
    this.environment = environment;
    this.version = store.settingsVersion(); // first: each change may be applied again
    this.endpoints = EndpointRegistry.load(store);
    this.environments = EnvironmentRegistry.load(store);
    Set<Long> ids = new TreeSet<>(endpoints.environments());
    ids.add(environment);
    environments.environments().forEach(row -> ids.add(row.id()));
    this.eventTypes = EventTypeRegistry.load(store, ids);
  }

  /**
   * Reads everything from a store.
   *
   * @param environment an environment that has no row of its own
   */
  public static RegisteredSettings load(Store store, long environment) {
    return new RegisteredSettings(store, environment);
  }

  /** Returns the environments and tokens. */
  public EnvironmentRegistry environments() {
    return environments;
  }

  /** Returns the event types. */
  public EventTypeRegistry eventTypes() {
    return eventTypes;
  }

  /** Returns the applications and endpoints. */
  public EndpointRegistry endpoints() {
    return endpoints;
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public void version(long present) {
    version = present;
  }

  @Override
  public SettingsInBatch begin() {
    return new StagedSettings(this);
  }

  @Override
  public void readAgain(Store store) {
    RegisteredSettings present = load(store, environment);
    SettingsInBatch changes = begin();
    SettingsDifference.between(this, present).forEach(changes::add);
    changes.apply();
    version = present.version;
  }
}
