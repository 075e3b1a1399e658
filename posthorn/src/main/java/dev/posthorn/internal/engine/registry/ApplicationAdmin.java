package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.ApplicationSpec;
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
  private final EndpointRegistry endpoints;
  private final EndpointAdmin endpointAdmin;

  public ApplicationAdmin(
      SettingsWriter writer, EndpointRegistry endpoints, EndpointAdmin endpointAdmin) {
    this.writer = writer;
    this.endpoints = endpoints;
    this.endpointAdmin = endpointAdmin;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public ApplicationAdmin once(IdempotencyKey idempotencyKey) {
    return new ApplicationAdmin(writer.once(idempotencyKey), endpoints, endpointAdmin);
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
          RegisteredApplication present = endpoints.currentApplication(environment, uid);
          return present == null
              ? new Put<>(create(edit.apply(null), batch), true)
              : new Put<>(update(present, edit::apply, batch), false);
        });
  }

  /** Changes an application. */
  public CompletableFuture<ApplicationRow> update(long id, UnaryOperator<ApplicationRow> edit) {
    return writer.change(batch -> update(endpoints.requireCurrentApplication(id), edit, batch));
  }

  private ApplicationRow create(ApplicationRow draft, JournalBatch batch) {
    RowChecks.check(draft, null);
    requireFree(draft.environment(), draft.uid(), 0);
    ApplicationRow row =
        new ApplicationRow(
            batch.nextId(0), draft.environment(), draft.spec(), batch.now, batch.now);
    endpoints.add(new RegisteredApplication(endpoints.partitionOf(row.id()), row), batch);
    return row;
  }

  private ApplicationRow update(
      RegisteredApplication entry, UnaryOperator<ApplicationRow> edit, JournalBatch batch) {
    ApplicationRow before = entry.current();
    ApplicationRow row = edit.apply(before);
    if (!row.equals(before)) {
      RowChecks.check(row, before);
      requireFree(before.environment(), row.uid(), entry.id);
      endpoints.stage(entry, row, batch);
    }
    return row;
  }

  private void requireFree(long environment, @Nullable String uid, long id) {
    RegisteredApplication other =
        uid == null ? null : endpoints.currentApplication(environment, uid);
    if (other != null && other.id != id) {
      throw new PosthornException(
          Reason.CONFLICT, "uid: \"" + uid + "\" is another application's; choose another one");
    }
  }

  /** Removes an application and its endpoints, and cancels their waiting deliveries. */
  public CompletableFuture<Void> delete(long id) {
    return writer
        .change(
            batch -> {
              RegisteredApplication entry = endpoints.requireCurrentApplication(id);
              for (RegisteredEndpoint endpoint : entry.endpoints()) {
                endpointAdmin.remove(endpoint, batch);
              }
              for (RegisteredEndpoint endpoint : entry.createdInBatch) {
                endpointAdmin.remove(endpoint, batch);
              }
              endpoints.remove(entry, batch);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }
}
