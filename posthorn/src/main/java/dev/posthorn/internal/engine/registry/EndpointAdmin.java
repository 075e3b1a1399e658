package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and removes endpoints. Each change is on disk when its future completes. If the
 * future fails, nothing has changed, unless the reason is UNKNOWN.
 */
public final class EndpointAdmin {
  private static final TlsIdentity NO_IDENTITY = new TlsIdentity(null, null);

  private final SettingsWriter writer;
  private final EndpointSecrets secrets;
  private final EngineEvents events;
  private final int maxEndpoints;

  /**
   * Creates the administration of endpoints.
   *
   * @param maxEndpoints the most endpoints of one application
   */
  public EndpointAdmin(
      SettingsWriter writer, EndpointSecrets secrets, EngineEvents events, int maxEndpoints) {
    this.writer = writer;
    this.secrets = secrets;
    this.events = events;
    this.maxEndpoints = maxEndpoints;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public EndpointAdmin once(IdempotencyKey idempotencyKey) {
    return new EndpointAdmin(writer.once(idempotencyKey), secrets, events, maxEndpoints);
  }

  /** Creates an endpoint. */
  public CompletableFuture<EndpointRow> create(long application, EndpointDraft draft) {
    return create(application, draft, NO_IDENTITY);
  }

  /**
   * Creates an endpoint.
   *
   * @param identity the endpoint's own TLS material, already checked
   */
  public CompletableFuture<EndpointRow> create(
      long application, EndpointDraft draft, TlsIdentity identity) {
    return writer.change(
        batch -> create(staged(batch).requireApplication(application), draft, identity, batch));
  }

  /**
   * Creates the endpoint with a uid, or changes it if its application has one. Of concurrent
   * callers one creates it, and the others find it.
   *
   * @param uid the host's own name for it
   * @param draft the endpoint to create
   * @param edit makes the row from the present one
   */
  public CompletableFuture<Put<EndpointRow>> put(
      long application, String uid, EndpointDraft draft, Edit edit) {
    return writer.change(
        batch -> {
          ApplicationRow owner = staged(batch).requireApplication(application);
          RegisteredEndpoint.Settings present = staged(batch).endpoint(application, uid);
          return present == null
              ? new Put<>(create(owner, draft, NO_IDENTITY, batch), true)
              : new Put<>(update(present, edit, batch), false);
        });
  }

  private static StagedEndpoints staged(JournalBatch batch) {
    return StagedSettings.of(batch).endpoints();
  }

  private EndpointRow create(
      ApplicationRow owner, EndpointDraft draft, TlsIdentity identity, JournalBatch batch) {
    StagedEndpoints staged = staged(batch);
    EndpointRoom.requireOne(staged, owner.id(), maxEndpoints);
    requireFree(staged, owner.id(), draft.spec().uid(), 0);
    EndpointRow row = row(batch, owner.id(), draft);
    RowChecks.check(row.spec(), null);
    List<SecretRow> sealed = secrets.seal(staged.owner(owner.id()), row.id(), draft, identity);
    EndpointRoom.require(
        staged, null, new RegisteredEndpoint.Settings(row, sealed, false), maxEndpoints);
    int partition = staged.partitionOf(owner.id());
    batch.change(new SettingChange.PutEndpoint(row));
    sealed.forEach(secret -> batch.change(new SettingChange.PutSecret(partition, secret)));
    batch.onCommit(() -> events.created(row));
    return row;
  }

  private static EndpointRow row(JournalBatch batch, long application, EndpointDraft draft) {
    return new EndpointRow(
        batch.nextId(0), application, draft.spec(), draft.state(), batch.now, batch.now);
  }

  private static void requireFree(
      StagedEndpoints staged, long application, @Nullable String uid, long id) {
    RegisteredEndpoint.Settings other = uid == null ? null : staged.endpoint(application, uid);
    if (other != null && other.row().id() != id) {
      throw new PosthornException(
          Reason.CONFLICT, "uid: \"" + uid + "\" is another endpoint's; choose another one");
    }
  }

  /** Changes an endpoint. */
  public CompletableFuture<EndpointRow> update(long id, UnaryOperator<EndpointRow> edit) {
    return update(id, (before, headers) -> edit.apply(before));
  }

  /** Makes an endpoint's new row from the present one and, if asked for, its custom headers. */
  @FunctionalInterface
  public interface Edit {
    /** Returns the new row; an exception fails the change. */
    EndpointRow edit(EndpointRow before, Supplier<List<Header>> headers);
  }

  /** Changes an endpoint, with a view of its custom headers. */
  public CompletableFuture<EndpointRow> update(long id, Edit edit) {
    return writer.change(batch -> update(staged(batch).requireEndpoint(id), edit, batch));
  }

  private EndpointRow update(RegisteredEndpoint.Settings present, Edit edit, JournalBatch batch) {
    StagedEndpoints staged = staged(batch);
    EndpointRow before = present.row();
    long application = before.application();
    EndpointRow row =
        edit.edit(before, () -> secrets.headers(staged.owner(application), present.secrets()));
    RowChecks.check(row.spec(), before.spec());
    requireFree(staged, application, row.uid(), row.id());
    EndpointRoom.require(
        staged,
        present,
        new RegisteredEndpoint.Settings(row, present.secrets(), false),
        maxEndpoints);
    batch.change(new SettingChange.PutEndpoint(row));
    if (!before.state().accepts() && row.state().accepts()) {
      // Failures from before it was disabled no longer count.
      batch.change(new SettingChange.ForgiveFailures(staged.partitionOf(application), row.id()));
    }
    batch.onCommit(() -> events.updated(before, row));
    return row;
  }

  /** Removes an endpoint, and cancels its waiting deliveries. */
  public CompletableFuture<Void> delete(long id) {
    return writer
        .change(
            batch -> {
              remove(staged(batch).requireEndpoint(id).row(), batch);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Removes an endpoint as part of a batch. */
  void remove(EndpointRow row, JournalBatch batch) {
    StagedEndpoints staged = staged(batch);
    ApplicationRow owner = staged.requireApplication(row.application());
    int partition = staged.partitionOf(owner.id());
    batch.change(new SettingChange.RemoveEndpoint(partition, row.id()));
    batch.change(new SettingChange.RemoveCancelMark(partition, 0, row.id()));
    batch.onCommit(() -> events.deleted(owner, row));
  }
}
