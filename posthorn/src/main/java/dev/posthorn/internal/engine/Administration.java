package dev.posthorn.internal.engine;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.TextLimits;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.Core;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.EndpointTls;
import dev.posthorn.internal.engine.registry.HeaderText;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.internal.engine.registry.RegisteredApplication;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.SigningSecret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and removes applications, endpoints and event types. Each change is on disk when
 * its future completes; a future fails with {@link PosthornException} and then nothing has changed.
 */
public final class Administration {
  private static final TlsIdentity NO_IDENTITY = new TlsIdentity(null, null);

  private final SettingsWriter changes;
  private final Core core;
  private final Keyring keyring;

  Administration(SettingsWriter changes, Keyring keyring) {
    this.changes = changes;
    this.core = changes.core();
    this.keyring = keyring;
  }

  /** Returns the same, where each change is made once; see {@link IdempotencyKey}. */
  public Administration once(IdempotencyKey once) {
    return new Administration(new SettingsWriter(core, once), keyring);
  }

  /** Returns what changes the endpoints' TLS. */
  public EndpointTls tls() {
    return new EndpointTls(this, core, keyring);
  }

  // ---- applications --------------------------------------------------------------------------

  /** Creates an application; fails with CONFLICT if its uid is taken in the environment. */
  public CompletableFuture<ApplicationRow> createApplication(
      long environment, @Nullable String uid, String name, Map<String, String> metadata) {
    return createApplication(
        new ApplicationRow(0, environment, uid, name, 0, Map.copyOf(metadata), 0, 0));
  }

  /**
   * Creates an application; fails with CONFLICT if its uid is taken in the environment.
   *
   * @param draft what it is to be; its id and times are not used
   */
  public CompletableFuture<ApplicationRow> createApplication(ApplicationRow draft) {
    TextLimits.check(draft, null);
    return change(writing -> create(draft, writing));
  }

  /**
   * Creates an application unless there is one with the name, else changes that one. Of those who
   * ask at the same time one creates it, and the others find it.
   *
   * @param uid the host's own name for it
   * @param edit makes the row from the present one, or from null; the present one itself changes
   *     nothing. What it throws fails the change
   */
  public CompletableFuture<Put<ApplicationRow>> putApplication(
      long environment, String uid, Function<@Nullable ApplicationRow, ApplicationRow> edit) {
    return change(
        writing -> {
          RegisteredApplication present = core.directory().currentApplication(environment, uid);
          return present == null
              ? new Put<>(create(edit.apply(null), writing), true)
              : new Put<>(update(present, edit::apply, writing), false);
        });
  }

  /** Changes an application. */
  public CompletableFuture<ApplicationRow> updateApplication(
      long id, UnaryOperator<ApplicationRow> edit) {
    return change(writing -> update(requireCurrent(id), edit, writing));
  }

  private ApplicationRow create(ApplicationRow draft, JournalBatch writing) {
    TextLimits.check(draft, null);
    requireFree(draft.environment(), draft.uid(), 0);
    ApplicationRow row =
        new ApplicationRow(
            writing.nextId(0),
            draft.environment(),
            draft.uid(),
            draft.name(),
            draft.rateLimit(),
            draft.metadata(),
            writing.now,
            writing.now);
    core.directory().add(new RegisteredApplication(row), writing);
    return row;
  }

  private ApplicationRow update(
      RegisteredApplication entry, UnaryOperator<ApplicationRow> edit, JournalBatch writing) {
    ApplicationRow before = entry.current();
    ApplicationRow row = edit.apply(before);
    if (!row.equals(before)) {
      TextLimits.check(row, before);
      requireFree(before.environment(), row.uid(), entry.id);
      core.directory().stage(entry, row, writing);
    }
    return row;
  }

  private void requireFree(long environment, @Nullable String uid, long id) {
    RegisteredApplication other =
        uid == null ? null : core.directory().currentApplication(environment, uid);
    if (other != null && other.id != id) {
      throw new PosthornException(
          Reason.CONFLICT, "uid: \"" + uid + "\" is another application's; choose another one");
    }
  }

  /** Removes an application with its endpoints; what waits for them is cancelled. */
  public CompletableFuture<Void> deleteApplication(long id) {
    return change(
            writing -> {
              RegisteredApplication entry = requireCurrent(id);
              for (RegisteredEndpoint endpoint : entry.endpoints()) {
                remove(endpoint, writing);
              }
              for (RegisteredEndpoint endpoint : entry.createdInBatch) {
                remove(endpoint, writing);
              }
              core.directory().remove(entry, writing);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Returns an application as of a batch, or throws that there is none. */
  private RegisteredApplication requireCurrent(long id) {
    RegisteredApplication entry = core.directory().requireApplication(id);
    if (entry.endsInBatch) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: is being removed; create it again first");
    }
    return entry;
  }

  // ---- endpoints -----------------------------------------------------------------------------

  /** Creates an endpoint. */
  public CompletableFuture<EndpointRow> createEndpoint(long application, EndpointDraft draft) {
    return createEndpoint(application, draft, NO_IDENTITY);
  }

  /**
   * Creates an endpoint.
   *
   * @param identity what it has of its own for TLS, already checked
   */
  public CompletableFuture<EndpointRow> createEndpoint(
      long application, EndpointDraft draft, TlsIdentity identity) {
    return change(writing -> create(requireCurrent(application), draft, identity, writing));
  }

  /**
   * Creates an endpoint unless its application has one with the name, else changes that one. Of
   * those who ask at the same time one creates it, and the others find it.
   *
   * @param uid the host's own name for it
   * @param draft what it is to be if there is none
   * @param edit makes the row from the present one
   */
  public CompletableFuture<Put<EndpointRow>> putEndpoint(
      long application, String uid, EndpointDraft draft, EndpointEdit edit) {
    return change(
        writing -> {
          RegisteredApplication owner = requireCurrent(application);
          RegisteredEndpoint present = core.directory().currentEndpoint(application, uid);
          return present == null
              ? new Put<>(create(owner, draft, NO_IDENTITY, writing), true)
              : new Put<>(update(present, edit, writing), false);
        });
  }

  private EndpointRow create(
      RegisteredApplication owner,
      EndpointDraft draft,
      TlsIdentity identity,
      JournalBatch writing) {
    requireRoom(owner);
    requireFree(owner, draft.spec().uid(), 0);
    long environment = owner.row().environment();
    EndpointRow row = row(writing, owner.id, draft);
    TextLimits.check(row.spec(), null);
    Keyring.Owner whose = new Keyring.Owner(environment, owner.id);
    List<SecretRow> secrets = EndpointTls.seal(keyring, whose, row.id(), identity);
    secrets.addAll(secrets(whose, row.id(), draft));
    RegisteredEndpoint entry = new RegisteredEndpoint(environment, row, secrets);
    owner.takeRoom(null, entry.settings(), mostEndpoints(), writing);
    core.directory().add(owner, entry, writing);
    writing.onCommit(() -> core.events().created(row));
    return row;
  }

  private int mostEndpoints() {
    return core.options().endpointsPerApplication();
  }

  private void requireRoom(RegisteredApplication owner) {
    int most = mostEndpoints();
    if (owner.size() + owner.createdInBatch.size() >= most) {
      throw new PosthornException(
          Reason.CONFLICT,
          "endpoints: the application has "
              + most
              + " and may not have more; remove some, or have the limit raised");
    }
  }

  private static EndpointRow row(JournalBatch writing, long application, EndpointDraft draft) {
    return new EndpointRow(
        writing.nextId(0), application, draft.spec(), draft.state(), writing.now, writing.now);
  }

  private List<SecretRow> secrets(Keyring.Owner owner, long endpoint, EndpointDraft draft) {
    List<SecretRow> rows = new ArrayList<>();
    if (!draft.headers().isEmpty()) {
      String headers = HeaderText.format(draft.headers());
      rows.add(keyring.seal(owner, endpoint, SecretRow.HEADERS, headers, 0));
    }
    String given = draft.secret();
    String secret =
        given != null ? given : core.settings().format(draft.spec().policy()).generateSecret();
    if (!secret.isEmpty()) {
      rows.add(keyring.seal(owner, endpoint, SecretRow.FIRST_SIGNING, secret, 0));
    }
    return rows;
  }

  private void requireFree(RegisteredApplication owner, @Nullable String uid, long id) {
    RegisteredEndpoint other = uid == null ? null : core.directory().currentEndpoint(owner.id, uid);
    if (other != null && other.id != id) {
      throw new PosthornException(
          Reason.CONFLICT, "uid: \"" + uid + "\" is another endpoint's; choose another one");
    }
  }

  /** Changes an endpoint. */
  public CompletableFuture<EndpointRow> updateEndpoint(long id, UnaryOperator<EndpointRow> edit) {
    return updateEndpoint(id, (before, headers) -> edit.apply(before));
  }

  /** Makes an endpoint's new row from the present one; its custom headers can be asked for. */
  public interface EndpointEdit {
    /** Returns the new row; what it throws fails the change. */
    EndpointRow edit(EndpointRow before, Supplier<List<Header>> headers);
  }

  /** Changes an endpoint, by its headers too. */
  public CompletableFuture<EndpointRow> updateEndpoint(long id, EndpointEdit edit) {
    return change(writing -> update(core.directory().requireCurrent(id), edit, writing));
  }

  private EndpointRow update(RegisteredEndpoint entry, EndpointEdit edit, JournalBatch writing) {
    RegisteredEndpoint.Settings present = core.directory().current(entry);
    EndpointRow before = present.row();
    EndpointRow row = edit.edit(before, () -> headers(entry, present.secrets()));
    TextLimits.check(row.spec(), before.spec());
    RegisteredApplication owner = core.directory().requireApplication(row.application());
    requireFree(owner, row.uid(), entry.id);
    owner.takeRoom(
        present,
        new RegisteredEndpoint.Settings(row, present.secrets(), false),
        mostEndpoints(),
        writing);
    boolean enabledAgain = !before.state().accepts() && row.state().accepts();
    if (enabledAgain) { // what it did before it was disabled no longer counts
      core.directory().forgive(entry, writing);
    }
    core.directory().stage(entry, row, writing);
    writing.onCommit(() -> core.events().updated(before, row));
    return row;
  }

  /** Removes an endpoint; what waits for it is cancelled. */
  public CompletableFuture<Void> deleteEndpoint(long id) {
    return change(
            writing -> {
              remove(core.directory().requireCurrent(id), writing);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  private void remove(RegisteredEndpoint endpoint, JournalBatch writing) {
    if (core.directory().current(endpoint).deleted()) {
      return; // earlier in this batch, and told once
    }
    core.directory().remove(endpoint, writing);
    writing.onCommit(
        () -> {
          EndpointRow row = endpoint.row();
          RegisteredApplication owner = core.directory().application(row.application());
          if (owner != null) {
            core.events().deleted(owner.row(), row);
          }
        });
  }

  // ---- secrets -------------------------------------------------------------------------------

  /** Returns an endpoint's signing secrets in the clear, oldest first. Not to be shown. */
  public List<SigningSecret> signingSecrets(long id) {
    RegisteredEndpoint entry = core.directory().requireEndpoint(id);
    return signing(entry)
        .map(row -> new SigningSecret(keyring.open(entry.owner(), row), row.expires()))
        .toList();
  }

  /**
   * Returns the key that an endpoint's receiver verifies with, of its newest secret; an empty
   * string if it has none.
   */
  public String verificationKey(long id) {
    RegisteredEndpoint entry = core.directory().requireEndpoint(id);
    return signing(entry)
        .reduce((older, newer) -> newer)
        .map(row -> verificationKey(entry, row))
        .orElse("");
  }

  /**
   * Returns the key that an endpoint's receiver verifies with, of the secret that {@link
   * #rotateSecret} gave a number; nothing once that has gone.
   */
  public Optional<String> verificationKey(long id, int number) {
    RegisteredEndpoint entry = core.directory().requireEndpoint(id);
    return signing(entry)
        .filter(row -> row.slot() == number)
        .findFirst()
        .map(row -> verificationKey(entry, row));
  }

  private static Stream<SecretRow> signing(RegisteredEndpoint entry) {
    return entry.settings().secrets().stream().filter(row -> row.slot() >= SecretRow.FIRST_SIGNING);
  }

  private String verificationKey(RegisteredEndpoint entry, SecretRow row) {
    return core.settings()
        .format(entry.row().policy())
        .verificationKey(keyring.open(entry.owner(), row));
  }

  /** Returns an endpoint's custom headers in the clear. */
  public List<Header> headers(long id) {
    RegisteredEndpoint entry = core.directory().requireEndpoint(id);
    return headers(entry, entry.settings().secrets());
  }

  private List<Header> headers(RegisteredEndpoint entry, List<SecretRow> secrets) {
    return secrets.stream()
        .filter(row -> row.slot() == SecretRow.HEADERS)
        .findFirst()
        .map(row -> HeaderText.parse(keyring.open(entry.owner(), row)))
        .orElse(List.of());
  }

  /** Replaces an endpoint's custom headers. */
  public CompletableFuture<Void> setHeaders(long id, List<Header> headers) {
    return editHeaders(id, present -> headers);
  }

  /** Changes an endpoint's custom headers. */
  public CompletableFuture<Void> editHeaders(long id, UnaryOperator<List<Header>> edit) {
    return changeSecrets(
            id,
            (entry, present, writing) -> {
              List<Header> headers = edit.apply(headers(entry, present));
              present.removeIf(row -> row.slot() == SecretRow.HEADERS);
              String text = HeaderText.format(headers);
              present.add(0, keyring.seal(entry.owner(), id, SecretRow.HEADERS, text, 0));
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /**
   * Gives an endpoint a new signing secret; the present ones go on signing for a while.
   *
   * @param secret the new one, already checked, or null for a generated one
   * @param graceMillis how long the present ones still count; {@link SigningSecret#MOST} sign at
   *     most
   * @return its number: no other secret of the endpoint ever has it
   */
  public CompletableFuture<Integer> rotateSecret(
      long id, @Nullable String secret, long graceMillis) {
    return changeSecrets(
        id,
        (entry, present, writing) -> {
          long until = writing.now + graceMillis;
          String fresh =
              secret != null
                  ? secret
                  : core.settings().format(entry.row().policy()).generateSecret();
          int slot = SecretRow.FIRST_SIGNING;
          for (int i = present.size() - 1; i >= 0; i--) {
            SecretRow row = present.get(i);
            slot = Math.max(slot, row.slot() + 1);
            if (row.slot() >= SecretRow.FIRST_SIGNING) {
              long expires = row.expires() == 0 ? until : Math.min(row.expires(), until);
              if (expires <= writing.now) {
                present.remove(i);
              } else {
                present.set(
                    i, new SecretRow(id, row.slot(), row.keyId(), row.ciphertext(), expires));
              }
            }
          }
          requireFewSigning(present);
          present.add(keyring.seal(entry.owner(), id, slot, fresh, 0));
          return slot;
        });
  }

  private static void requireFewSigning(List<SecretRow> present) {
    long signing = present.stream().filter(row -> row.slot() >= SecretRow.FIRST_SIGNING).count();
    if (signing >= SigningSecret.MOST) {
      throw new PosthornException(
          Reason.LIMIT_REACHED,
          "secret: "
              + SigningSecret.MOST
              + " secrets sign already; rotate again when one has ended, or with a grace of zero,"
              + " which ends them at once");
    }
  }

  /** Edits a list of secret rows in place; returns what comes of it. */
  public interface SecretEdit<T> {
    T edit(RegisteredEndpoint entry, List<SecretRow> present, JournalBatch writing);
  }

  public <T> CompletableFuture<T> changeSecrets(long id, SecretEdit<T> edit) {
    return change(
        writing -> {
          RegisteredEndpoint entry = core.directory().requireCurrent(id);
          RegisteredEndpoint.Settings before = core.directory().current(entry);
          List<SecretRow> after = new ArrayList<>(before.secrets());
          T result = edit.edit(entry, after, writing);
          RegisteredEndpoint.Settings changed =
              new RegisteredEndpoint.Settings(before.row(), after, false);
          core.directory()
              .requireApplication(before.row().application())
              .takeRoom(before, changed, mostEndpoints(), writing);
          for (SecretRow row : before.secrets()) {
            if (after.stream().noneMatch(kept -> kept.slot() == row.slot())) {
              writing.batch.settings.add(new SettingChange.RemoveSecret(id, row.slot()));
            }
          }
          for (SecretRow row : after) {
            if (!before.secrets().contains(row)) {
              writing.batch.settings.add(new SettingChange.PutSecret(row));
            }
          }
          core.directory().stage(entry, changed, writing);
          writing.onCommit(() -> core.events().updated(before.row(), before.row()));
          return result;
        });
  }

  // ---- event types ---------------------------------------------------------------------------

  /** Inserts or changes an event type, and tells which; see {@link #editEventType}. */
  public CompletableFuture<Put<EventTypeRow>> putEventType(
      long environment, String name, Function<@Nullable EventTypeRow, EventTypeRow> edit) {
    return change(
        writing -> {
          boolean created = core.catalogue().current(environment, name) == null;
          return new Put<>(edit(environment, name, edit, writing), created);
        });
  }

  /**
   * Inserts or changes an event type.
   *
   * @param edit makes the row from the present one, or null if there is none; what it throws fails
   *     the change
   */
  public CompletableFuture<EventTypeRow> editEventType(
      long environment, String name, Function<@Nullable EventTypeRow, EventTypeRow> edit) {
    return change(writing -> edit(environment, name, edit, writing));
  }

  /** Inserts or changes event types, all of them or none; the rows come in the order of names. */
  public CompletableFuture<List<EventTypeRow>> editEventTypes(
      long environment,
      Collection<String> names,
      BiFunction<String, @Nullable EventTypeRow, EventTypeRow> edit) {
    return change(
        writing ->
            names.stream()
                .map(name -> edit(environment, name, row -> edit.apply(name, row), writing))
                .toList());
  }

  private EventTypeRow edit(
      long environment,
      String name,
      Function<@Nullable EventTypeRow, EventTypeRow> edit,
      JournalBatch writing) {
    EventTypeRow before = core.catalogue().current(environment, name);
    EventTypeRow row = edit.apply(before);
    TextLimits.check(row, before);
    core.catalogue().stage(row, writing);
    return row;
  }

  /** Removes an event type. */
  public CompletableFuture<Void> removeEventType(long environment, String name) {
    return change(
            writing -> {
              core.catalogue().remove(environment, name, writing);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  private <T> CompletableFuture<T> change(Function<JournalBatch, T> change) {
    return changes.change(change);
  }
}
