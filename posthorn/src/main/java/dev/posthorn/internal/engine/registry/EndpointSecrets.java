package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.SigningSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes the signing secrets and custom headers of endpoints, which the store keeps
 * encrypted. Each change is on disk when its future completes. If the future fails, nothing has
 * changed, unless the reason is UNKNOWN.
 */
public final class EndpointSecrets {
  private final SettingsWriter writer;
  private final EndpointRegistry endpoints;
  private final Keyring keyring;
  private final LaneSettingsFactory settings;
  private final EngineEvents events;
  private final int maxEndpoints;

  /**
   * Creates the administration of secrets.
   *
   * @param settings knows the wire formats
   * @param maxEndpoints the most endpoints of one application
   */
  public EndpointSecrets(
      SettingsWriter writer,
      EndpointRegistry endpoints,
      Keyring keyring,
      LaneSettingsFactory settings,
      EngineEvents events,
      int maxEndpoints) {
    this.writer = writer;
    this.endpoints = endpoints;
    this.keyring = keyring;
    this.settings = settings;
    this.events = events;
    this.maxEndpoints = maxEndpoints;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public EndpointSecrets once(IdempotencyKey idempotencyKey) {
    return new EndpointSecrets(
        writer.once(idempotencyKey), endpoints, keyring, settings, events, maxEndpoints);
  }

  // ---- signing secrets -----------------------------------------------------------------------

  /** Returns an endpoint's signing secrets in the clear, oldest first. They must not be shown. */
  public List<SigningSecret> signingSecrets(long id) {
    RegisteredEndpoint entry = endpoints.requireEndpoint(id);
    return signing(entry)
        .map(row -> new SigningSecret(keyring.open(entry.owner(), row), row.expires()))
        .toList();
  }

  /**
   * Returns the key that an endpoint's receiver verifies with, of its newest secret; an empty
   * string if it has none.
   */
  public String verificationKey(long id) {
    RegisteredEndpoint entry = endpoints.requireEndpoint(id);
    return signing(entry)
        .reduce((older, newer) -> newer)
        .map(row -> verificationKey(entry, row))
        .orElse("");
  }

  /**
   * Returns the key that an endpoint's receiver verifies with, of the secret with a number from
   * {@link #rotate}; empty once that secret is gone.
   */
  public Optional<String> verificationKey(long id, int number) {
    RegisteredEndpoint entry = endpoints.requireEndpoint(id);
    return signing(entry)
        .filter(row -> row.slot() == number)
        .findFirst()
        .map(row -> verificationKey(entry, row));
  }

  /**
   * Returns the times at which an endpoint's signing secrets end, in milliseconds, oldest secret
   * first; 0 for one that does not end. Those that have ended are left out.
   */
  public List<Long> signingEnds(long id, long nowMillis) {
    return signing(endpoints.requireEndpoint(id))
        .map(SecretRow::expires)
        .filter(expires -> expires == 0 || expires > nowMillis)
        .toList();
  }

  private static Stream<SecretRow> signing(RegisteredEndpoint entry) {
    return entry.settings().secrets().stream().filter(row -> row.slot() >= SecretRow.FIRST_SIGNING);
  }

  private String verificationKey(RegisteredEndpoint entry, SecretRow row) {
    return settings.format(entry.row().policy()).verificationKey(keyring.open(entry.owner(), row));
  }

  /**
   * Adds a new signing secret to an endpoint; the present ones go on signing for a while.
   *
   * @param secret the new secret, already checked, or null for a generated one
   * @param graceMillis the time for which the present secrets still sign, in milliseconds; at most
   *     {@link SigningSecret#MOST} secrets sign at the same time
   * @return the number of the new secret; no other secret of the endpoint ever has it
   */
  public CompletableFuture<Integer> rotate(long id, @Nullable String secret, long graceMillis) {
    return change(
        id,
        (secrets, batch) -> {
          List<SecretRow> present = secrets.rows();
          int slot = expire(present, batch.now, batch.now + graceMillis);
          requireFewSigning(present);
          String fresh = secret != null ? secret : generate(secrets.endpoint().policy());
          present.add(keyring.seal(secrets.owner(), id, slot, fresh, 0));
          return slot;
        });
  }

  /** Makes all signing secrets of a list expire at a time at the latest; returns the next slot. */
  private static int expire(List<SecretRow> present, long now, long until) {
    int slot = SecretRow.FIRST_SIGNING;
    for (int i = present.size() - 1; i >= 0; i--) {
      SecretRow row = present.get(i);
      slot = Math.max(slot, row.slot() + 1);
      if (row.slot() >= SecretRow.FIRST_SIGNING) {
        long expires = row.expires() == 0 ? until : Math.min(row.expires(), until);
        if (expires <= now) {
          present.remove(i);
        } else {
          present.set(
              i, new SecretRow(row.endpoint(), row.slot(), row.keyId(), row.ciphertext(), expires));
        }
      }
    }
    return slot;
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

  private String generate(EndpointPolicy policy) {
    return settings.format(policy).generateSecret();
  }

  // ---- custom headers ------------------------------------------------------------------------

  /** Returns an endpoint's custom headers in the clear. */
  public List<Header> headers(long id) {
    RegisteredEndpoint entry = endpoints.requireEndpoint(id);
    return headers(entry.owner(), entry.settings().secrets());
  }

  /** Returns the custom headers among an endpoint's secrets. */
  List<Header> headers(Keyring.Owner owner, List<SecretRow> secrets) {
    return secrets.stream()
        .filter(row -> row.slot() == SecretRow.HEADERS)
        .findFirst()
        .map(row -> HeaderText.parse(keyring.open(owner, row)))
        .orElse(List.of());
  }

  /** Replaces an endpoint's custom headers. */
  public CompletableFuture<Void> setHeaders(long id, List<Header> headers) {
    return editHeaders(id, present -> headers);
  }

  /** Changes an endpoint's custom headers. */
  public CompletableFuture<Void> editHeaders(long id, UnaryOperator<List<Header>> edit) {
    return change(
            id,
            (secrets, batch) -> {
              List<Header> headers = edit.apply(headers(secrets.owner(), secrets.rows()));
              String text = HeaderText.format(headers);
              secrets.put(keyring.seal(secrets.owner(), id, SecretRow.HEADERS, text, 0));
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  // ---- rows ----------------------------------------------------------------------------------

  /**
   * Encrypts the secrets of a new endpoint: its TLS material, its headers, and its signing secret,
   * generated if the draft has none.
   */
  List<SecretRow> seal(
      Keyring.Owner owner, long endpoint, EndpointDraft draft, TlsIdentity identity) {
    List<SecretRow> rows = EndpointTls.seal(keyring, owner, endpoint, identity);
    if (!draft.headers().isEmpty()) {
      String headers = HeaderText.format(draft.headers());
      rows.add(keyring.seal(owner, endpoint, SecretRow.HEADERS, headers, 0));
    }
    String given = draft.secret();
    String secret = given != null ? given : generate(draft.spec().policy());
    if (!secret.isEmpty()) {
      rows.add(keyring.seal(owner, endpoint, SecretRow.FIRST_SIGNING, secret, 0));
    }
    return rows;
  }

  /** Edits a list of secret rows in place; returns the result of the change. */
  @FunctionalInterface
  interface Edit<T> {
    T edit(Secrets secrets, JournalBatch batch);
  }

  /**
   * The secrets of an endpoint, to be edited.
   *
   * @param owner their owner
   * @param endpoint the endpoint
   * @param rows the secrets as of the batch
   */
  record Secrets(Keyring.Owner owner, EndpointRow endpoint, List<SecretRow> rows) {
    /** Adds a secret that is no signing secret, or replaces the one in its slot. */
    void put(SecretRow row) {
      remove(row.slot());
      rows.addFirst(row);
    }

    void remove(int slot) {
      rows.removeIf(row -> row.slot() == slot);
    }
  }

  /** Changes the secrets of an endpoint. */
  <T> CompletableFuture<T> change(long id, Edit<T> edit) {
    return writer.change(
        batch -> {
          StagedEndpoints staged = StagedSettings.of(batch).endpoints();
          RegisteredEndpoint.Settings before = staged.requireEndpoint(id);
          EndpointRow row = before.row();
          List<SecretRow> after = new ArrayList<>(before.secrets());
          T result = edit.edit(new Secrets(staged.owner(row.application()), row, after), batch);
          EndpointRoom.require(
              staged, before, new RegisteredEndpoint.Settings(row, after, false), maxEndpoints);
          write(staged.partitionOf(row.application()), before.secrets(), after, batch);
          batch.onCommit(() -> events.updated(row, row));
          return result;
        });
  }

  private static void write(
      int partition, List<SecretRow> before, List<SecretRow> after, JournalBatch batch) {
    for (SecretRow row : before) {
      if (after.stream().noneMatch(kept -> kept.slot() == row.slot())) {
        batch.change(new SettingChange.RemoveSecret(partition, row.endpoint(), row.slot()));
      }
    }
    for (SecretRow row : after) {
      if (!before.contains(row)) {
        batch.change(new SettingChange.PutSecret(partition, row));
      }
    }
  }
}
