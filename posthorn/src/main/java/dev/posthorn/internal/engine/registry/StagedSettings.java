package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsInBatch;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.SettingChange.ForgiveFailures;
import dev.posthorn.spi.store.SettingChange.PutApplication;
import dev.posthorn.spi.store.SettingChange.PutCancelMark;
import dev.posthorn.spi.store.SettingChange.PutConsumer;
import dev.posthorn.spi.store.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.SettingChange.PutEnvironment;
import dev.posthorn.spi.store.SettingChange.PutEventType;
import dev.posthorn.spi.store.SettingChange.PutLaneState;
import dev.posthorn.spi.store.SettingChange.PutSecret;
import dev.posthorn.spi.store.SettingChange.PutSetting;
import dev.posthorn.spi.store.SettingChange.PutTask;
import dev.posthorn.spi.store.SettingChange.PutToken;
import dev.posthorn.spi.store.SettingChange.RemoveApplication;
import dev.posthorn.spi.store.SettingChange.RemoveCancelMark;
import dev.posthorn.spi.store.SettingChange.RemoveConsumer;
import dev.posthorn.spi.store.SettingChange.RemoveEndpoint;
import dev.posthorn.spi.store.SettingChange.RemoveEnvironment;
import dev.posthorn.spi.store.SettingChange.RemoveEventType;
import dev.posthorn.spi.store.SettingChange.RemoveSecret;
import dev.posthorn.spi.store.SettingChange.RemoveTask;
import dev.posthorn.spi.store.SettingChange.RemoveToken;

/**
 * All settings as of a batch. Each change of the batch is added here at once, so the next change
 * sees it; after the commit, memory is brought to this state, one setting after the other. A batch
 * that is not written is forgotten together with this.
 *
 * <p>Owned by the writer.
 */
final class StagedSettings implements SettingsInBatch {
  private final StagedEnvironments environments;
  private final StagedEventTypes eventTypes;
  private final StagedEndpoints endpoints;

  StagedSettings(RegisteredSettings memory) {
    this.environments = new StagedEnvironments(memory.environments());
    this.eventTypes = new StagedEventTypes(memory.eventTypes());
    this.endpoints = new StagedEndpoints(memory.endpoints());
  }

  /** Returns the settings as of a batch. */
  static StagedSettings of(JournalBatch batch) {
    return (StagedSettings) batch.staged();
  }

  StagedEnvironments environments() {
    return environments;
  }

  StagedEventTypes eventTypes() {
    return eventTypes;
  }

  StagedEndpoints endpoints() {
    return endpoints;
  }

  @Override
  public void add(SettingChange change) {
    switch (change) {
      case PutEnvironment put -> environments.put(put.row());
      case RemoveEnvironment(long id) -> environments.removeEnvironment(id);
      case PutToken put -> environments.put(put.row());
      case RemoveToken(long id) -> environments.removeToken(id);
      case PutEventType put -> eventTypes.put(put.row());
      case RemoveEventType(long environment, String name) -> eventTypes.remove(environment, name);
      case PutApplication put -> endpoints.put(put.row());
      case RemoveApplication(long id) -> endpoints.removeApplication(id);
      case PutEndpoint put -> endpoints.put(put.row());
      case RemoveEndpoint(int unused, long id) -> endpoints.removeEndpoint(id);
      case PutSecret put -> endpoints.put(put.row());
      case RemoveSecret(int unused, long endpoint, int slot) ->
          endpoints.removeSecret(endpoint, slot);
      case ForgiveFailures(int unused, long endpoint) -> endpoints.forgiveFailures(endpoint);
      // Not settings that messages are accepted by. Whoever needs them reads them in the store, or
      // owns them in memory: the lanes of the partition, and the tasks.
      case PutTask unused -> {}
      case RemoveTask unused -> {}
      case PutLaneState unused -> {}
      case PutConsumer unused -> {}
      case RemoveConsumer unused -> {}
      case PutCancelMark unused -> {}
      case RemoveCancelMark unused -> {}
      case PutSetting unused -> {}
    }
  }

  @Override
  public void apply() {
    environments.apply();
    eventTypes.apply();
    endpoints.apply();
  }
}
