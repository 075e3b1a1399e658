package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.EndpointRow;
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
  private final EndpointRegistry endpoints;
  private final EndpointSecrets secrets;
  private final EngineEvents events;
  private final int maxEndpoints;

  /**
   * Creates the administration of endpoints.
   *
   * @param maxEndpoints the most endpoints of one application
   */
  public EndpointAdmin(
      SettingsWriter writer,
      EndpointRegistry endpoints,
      EndpointSecrets secrets,
      EngineEvents events,
      int maxEndpoints) {
    this.writer = writer;
    this.endpoints = endpoints;
    this.secrets = secrets;
    this.events = events;
    this.maxEndpoints = maxEndpoints;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public EndpointAdmin once(IdempotencyKey idempotencyKey) {
    return new EndpointAdmin(writer.once(idempotencyKey), endpoints, secrets, events, maxEndpoints);
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
        batch -> create(endpoints.requireCurrentApplication(application), draft, identity, batch));
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
          RegisteredApplication owner = endpoints.requireCurrentApplication(application);
          RegisteredEndpoint present = endpoints.currentEndpoint(application, uid);
          return present == null
              ? new Put<>(create(owner, draft, NO_IDENTITY, batch), true)
              : new Put<>(update(present, edit, batch), false);
        });
  }

  private EndpointRow create(
      RegisteredApplication owner, EndpointDraft draft, TlsIdentity identity, JournalBatch batch) {
    requireRoom(owner);
    requireFree(owner, draft.spec().uid(), 0);
    EndpointRow row = row(batch, owner.id, draft);
    RowChecks.check(row.spec(), null);
    Keyring.Owner whose = new Keyring.Owner(owner.row().environment(), owner.id);
    RegisteredEndpoint entry = owner.endpoint(row, secrets.seal(whose, row.id(), draft, identity));
    owner.takeRoom(null, entry.settings(), maxEndpoints, batch);
    endpoints.add(owner, entry, batch);
    batch.onCommit(() -> events.created(row));
    return row;
  }

  private void requireRoom(RegisteredApplication owner) {
    if (owner.size() + owner.createdInBatch.size() >= maxEndpoints) {
      throw new PosthornException(
          Reason.CONFLICT,
          "endpoints: the application has "
              + maxEndpoints
              + " and may not have more; remove some, or have the limit raised");
    }
  }

  private static EndpointRow row(JournalBatch batch, long application, EndpointDraft draft) {
    return new EndpointRow(
        batch.nextId(0), application, draft.spec(), draft.state(), batch.now, batch.now);
  }

  private void requireFree(RegisteredApplication owner, @Nullable String uid, long id) {
    RegisteredEndpoint other = uid == null ? null : endpoints.currentEndpoint(owner.id, uid);
    if (other != null && other.id != id) {
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
    return writer.change(batch -> update(endpoints.requireCurrent(id), edit, batch));
  }

  private EndpointRow update(RegisteredEndpoint entry, Edit edit, JournalBatch batch) {
    RegisteredEndpoint.Settings present = endpoints.current(entry);
    EndpointRow before = present.row();
    EndpointRow row = edit.edit(before, () -> secrets.headers(entry, present.secrets()));
    RowChecks.check(row.spec(), before.spec());
    RegisteredApplication owner = endpoints.requireApplication(row.application());
    requireFree(owner, row.uid(), entry.id);
    owner.takeRoom(
        present,
        new RegisteredEndpoint.Settings(row, present.secrets(), false),
        maxEndpoints,
        batch);
    boolean enabledAgain = !before.state().accepts() && row.state().accepts();
    if (enabledAgain) { // failures from before it was disabled no longer count
      endpoints.forgive(entry, batch);
    }
    endpoints.stage(entry, row, batch);
    batch.onCommit(() -> events.updated(before, row));
    return row;
  }

  /** Removes an endpoint, and cancels its waiting deliveries. */
  public CompletableFuture<Void> delete(long id) {
    return writer
        .change(
            batch -> {
              remove(endpoints.requireCurrent(id), batch);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Removes an endpoint as part of a batch. */
  void remove(RegisteredEndpoint endpoint, JournalBatch batch) {
    if (endpoints.current(endpoint).deleted()) {
      return; // removed earlier in this batch, and reported once
    }
    endpoints.remove(endpoint, batch);
    batch.onCommit(
        () -> {
          EndpointRow row = endpoint.row();
          RegisteredApplication owner = endpoints.application(row.application());
          if (owner != null) {
            events.deleted(owner.row(), row);
          }
        });
  }
}
