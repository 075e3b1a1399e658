package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsInBatch;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.ForgiveFailures;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.PutConsumer;
import dev.posthorn.spi.store.rows.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.PutEnvironment;
import dev.posthorn.spi.store.rows.SettingChange.PutEventType;
import dev.posthorn.spi.store.rows.SettingChange.PutLaneState;
import dev.posthorn.spi.store.rows.SettingChange.PutSecret;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import dev.posthorn.spi.store.rows.SettingChange.PutTask;
import dev.posthorn.spi.store.rows.SettingChange.PutToken;
import dev.posthorn.spi.store.rows.SettingChange.RemoveApplication;
import dev.posthorn.spi.store.rows.SettingChange.RemoveCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.RemoveConsumer;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEnvironment;
import dev.posthorn.spi.store.rows.SettingChange.RemoveEventType;
import dev.posthorn.spi.store.rows.SettingChange.RemoveSecret;
import dev.posthorn.spi.store.rows.SettingChange.RemoveTask;
import dev.posthorn.spi.store.rows.SettingChange.RemoveToken;

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
