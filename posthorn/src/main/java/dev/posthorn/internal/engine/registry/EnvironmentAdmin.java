package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads, creates and changes environments. Reads come from memory; each change is on disk when its
 * future completes.
 */
public final class EnvironmentAdmin {
  private static final long SHORTEST_RETENTION_MILLIS = 3_600_000;

  private final SettingsWriter writer;
  private final EnvironmentRegistry environments;
  private final long retentionMillis;

  /**
   * Creates the administration of environments.
   *
   * @param retentionMillis the time for which the store keeps messages, in milliseconds
   */
  public EnvironmentAdmin(
      SettingsWriter writer, EnvironmentRegistry environments, long retentionMillis) {
    this.writer = writer;
    this.environments = environments;
    this.retentionMillis = retentionMillis;
  }

  /** Returns an environment, or null. */
  public @Nullable EnvironmentRow environment(long id) {
    return environments.environment(id);
  }

  /** Returns an environment by its name, or null. */
  public @Nullable EnvironmentRow environment(String name) {
    return environments.environment(name);
  }

  /** Returns all environments, by id. */
  public List<EnvironmentRow> all() {
    return environments.environments();
  }

  /** Returns the environment with a name, and creates it if there is none. */
  public CompletableFuture<EnvironmentRow> require(String name) {
    EnvironmentRow present = environments.environment(name);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    return writer.change(batch -> require(name, batch));
  }

  private static EnvironmentRow require(String name, JournalBatch batch) {
    EnvironmentRow present = StagedSettings.of(batch).environments().environment(name);
    if (present != null) {
      return present;
    }
    EnvironmentRow row = new EnvironmentRow(batch.nextId(0), name, batch.now, batch.now);
    batch.change(new SettingChange.PutEnvironment(row));
    return row;
  }

  /**
   * Sets the retention of an environment's messages and attempts: at least an hour, at most the
   * retention of the store; 0 for the latter.
   *
   * @return the environment; fails with INVALID if the time is out of bounds, with NOT_FOUND if
   *     there is no such environment
   */
  public CompletableFuture<EnvironmentRow> retain(long environment, long millis) {
    if (millis != 0 && (millis < SHORTEST_RETENTION_MILLIS || millis > retentionMillis)) {
      throw new PosthornException(
          Reason.INVALID,
          "retention: must be from an hour to the "
              + retentionMillis / SHORTEST_RETENTION_MILLIS
              + " hours that all messages are kept for");
    }
    return writer.change(
        batch -> {
          EnvironmentRow before = StagedSettings.of(batch).environments().environment(environment);
          if (before == null) {
            throw new PosthornException(
                Reason.NOT_FOUND, "environment: unknown id; list the environments");
          }
          EnvironmentRow row = before.withRetention(millis, batch.now);
          batch.change(new SettingChange.PutEnvironment(row));
          return row;
        });
  }
}
