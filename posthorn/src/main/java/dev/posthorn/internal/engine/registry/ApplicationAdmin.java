package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and removes applications. Each change is on disk when its future completes. If
 * the future fails, nothing has changed, unless the reason is UNKNOWN.
 */
public final class ApplicationAdmin {
  private final SettingsWriter writer;
  private final EndpointAdmin endpointAdmin;

  public ApplicationAdmin(SettingsWriter writer, EndpointAdmin endpointAdmin) {
    this.writer = writer;
    this.endpointAdmin = endpointAdmin;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public ApplicationAdmin once(IdempotencyKey idempotencyKey) {
    return new ApplicationAdmin(writer.once(idempotencyKey), endpointAdmin);
  }

  /** Creates an application; fails with CONFLICT if its uid is taken in the environment. */
  public CompletableFuture<ApplicationRow> create(
      long environment, @Nullable String uid, String name, Map<String, String> metadata) {
    return create(ApplicationRow.draft(environment, new ApplicationSpec(uid, name, 0, metadata)));
  }

  /**
   * Creates an application; fails with CONFLICT if its uid is taken in the environment.
   *
   * @param draft the new application; its id and times are ignored
   */
  public CompletableFuture<ApplicationRow> create(ApplicationRow draft) {
    RowChecks.check(draft, null);
    return writer.change(batch -> create(draft, batch));
  }

  /**
   * Creates the application with a uid, or changes it if it exists. Of concurrent callers one
   * creates it, and the others find it.
   *
   * @param uid the host's own name for it
   * @param edit makes the row from the present one, or from null; the present row itself changes
   *     nothing. An exception fails the change
   */
  public CompletableFuture<Put<ApplicationRow>> put(
      long environment, String uid, Function<@Nullable ApplicationRow, ApplicationRow> edit) {
    return writer.change(
        batch -> {
          ApplicationRow present = staged(batch).application(environment, uid);
          return present == null
              ? new Put<>(create(edit.apply(null), batch), true)
              : new Put<>(update(present, edit::apply, batch), false);
        });
  }

  /** Changes an application. */
  public CompletableFuture<ApplicationRow> update(long id, UnaryOperator<ApplicationRow> edit) {
    return writer.change(batch -> update(staged(batch).requireApplication(id), edit, batch));
  }

  private static StagedEndpoints staged(JournalBatch batch) {
    return StagedSettings.of(batch).endpoints();
  }

  private static ApplicationRow create(ApplicationRow draft, JournalBatch batch) {
    RowChecks.check(draft, null);
    requireFree(draft.environment(), draft.uid(), 0, batch);
    ApplicationRow row =
        new ApplicationRow(
            batch.nextId(0), draft.environment(), draft.spec(), batch.now, batch.now);
    batch.change(new SettingChange.PutApplication(row));
    return row;
  }

  private static ApplicationRow update(
      ApplicationRow before, UnaryOperator<ApplicationRow> edit, JournalBatch batch) {
    ApplicationRow row = edit.apply(before);
    if (!row.equals(before)) {
      RowChecks.check(row, before);
      requireFree(before.environment(), row.uid(), before.id(), batch);
      batch.change(new SettingChange.PutApplication(row));
    }
    return row;
  }

  private static void requireFree(
      long environment, @Nullable String uid, long id, JournalBatch batch) {
    ApplicationRow other = uid == null ? null : staged(batch).application(environment, uid);
    if (other != null && other.id() != id) {
      throw new PosthornException(
          Reason.CONFLICT, "uid: \"" + uid + "\" is another application's; choose another one");
    }
  }

  /** Removes an application and its endpoints, and cancels their waiting deliveries. */
  public CompletableFuture<Void> delete(long id) {
    return writer
        .change(
            batch -> {
              ApplicationRow row = staged(batch).requireApplication(id);
              staged(batch)
                  .endpointsOf(row.id())
                  .forEach(endpoint -> endpointAdmin.remove(endpoint, batch));
              batch.change(new SettingChange.RemoveApplication(row.id()));
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }
}
