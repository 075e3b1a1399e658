package dev.posthorn.spi.store.rows;

import dev.posthorn.spi.store.reads.Reads;
import org.jspecify.annotations.Nullable;

/**
 * A change of configuration, as opposed to messages and deliveries. A change of something that
 * belongs to an application names its partition, unless the row names the application.
 */
public sealed interface SettingChange {

  /**
   * A change of what every process has in memory, so that any of them can accept messages. In a
   * store that several processes open, such changes advance the version of the settings ({@link
   * Reads#settingsVersion}), and the others read them in the log ({@link Reads#settingsAfter}). All
   * other changes concern the owner of a partition alone, or are read in the store each time.
   */
  sealed interface Replicated extends SettingChange {}

  /** Inserts or replaces an environment. */
  record PutEnvironment(EnvironmentRow row) implements Replicated {}

  /** Removes an environment. Separate changes remove its contents. */
  record RemoveEnvironment(long environment) implements Replicated {}

  /** Inserts or replaces a token. */
  record PutToken(TokenRow row) implements Replicated {}

  /** Removes a token. */
  record RemoveToken(long token) implements Replicated {}

  /** Inserts or replaces a task. */
  record PutTask(TaskRow row) implements SettingChange {}

  /** Removes a task. */
  record RemoveTask(long task) implements SettingChange {}

  /** Inserts or replaces an application. */
  record PutApplication(ApplicationRow row) implements Replicated {}

  /**
   * Removes an application. Separate changes remove its endpoints; upkeep removes its messages and
   * their attempts as soon as none of their deliveries waits.
   */
  record RemoveApplication(long application) implements Replicated {}

  /** Inserts or replaces an endpoint. */
  record PutEndpoint(EndpointRow row) implements Replicated {}

  /**
   * Removes an endpoint with its secrets, lane state and consumers. Its live rows are removed
   * separately.
   */
  record RemoveEndpoint(int partition, long endpoint) implements Replicated {}

  /** Inserts or replaces a secret. */
  record PutSecret(int partition, SecretRow row) implements Replicated {}

  /** Removes a secret. */
  record RemoveSecret(int partition, long endpoint, int slot) implements Replicated {}

  /** Inserts or replaces a lane's state; removes it if it is empty. */
  record PutLaneState(int partition, LaneStateRow row) implements SettingChange {}

  /**
   * Forgets since when all attempts of an endpoint have failed, in its lane's state if there is
   * one.
   */
  record ForgiveFailures(int partition, long endpoint) implements Replicated {}

  /** Inserts a consumer, or replaces the one of the same endpoint and name. */
  record PutConsumer(int partition, ConsumerRow row) implements SettingChange {}

  /** Removes a consumer. */
  record RemoveConsumer(int partition, long endpoint, String name) implements SettingChange {}

  /** Inserts a cancellation, or replaces the one for the same message and endpoint. */
  record PutCancelMark(int partition, CancelMark mark) implements SettingChange {}

  /** Removes a cancellation. */
  record RemoveCancelMark(int partition, long message, long endpoint) implements SettingChange {}

  /** Inserts or replaces an event type. */
  record PutEventType(EventTypeRow row) implements Replicated {}

  /** Removes an event type. */
  record RemoveEventType(long environment, String name) implements Replicated {}

  /** Sets a setting of the store itself, or removes it. */
  record PutSetting(String name, @Nullable String value) implements SettingChange {}
}
