package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Submits changes of settings to the journal; with an idempotency key, each change only once. */
public final class SettingsWriter {
  private final Journal journal;
  private final Promises promises;
  private final @Nullable IdempotencyKey idempotencyKey;
  private final boolean patient;

  public SettingsWriter(Journal journal, Promises promises) {
    this(journal, promises, null, false);
  }

  private SettingsWriter(
      Journal journal,
      Promises promises,
      @Nullable IdempotencyKey idempotencyKey,
      boolean patient) {
    this.journal = journal;
    this.promises = promises;
    this.idempotencyKey = idempotencyKey;
    this.patient = patient;
  }

  /** Returns a writer that makes each change once under this key. */
  public SettingsWriter once(IdempotencyKey key) {
    return new SettingsWriter(journal, promises, key, patient);
  }

  /** Returns a writer without an idempotency key: each call makes its change. */
  public SettingsWriter often() {
    return new SettingsWriter(journal, promises, null, patient);
  }

  /**
   * Returns a writer whose futures never fail because the result is unknown for long: for callers
   * that would repeat the change.
   */
  public SettingsWriter patient() {
    return new SettingsWriter(journal, promises, idempotencyKey, true);
  }

  /**
   * Submits a change.
   *
   * @param change adds rows to the batch and returns the result; throws {@link PosthornException}
   *     to refuse the change
   * @return completes once the change is on disk; fails with {@link IdempotencyKey.DoneBefore} if
   *     the change was made before, with UNKNOWN if the result of the commit stays unknown for long
   */
  public <T> CompletableFuture<T> change(Function<JournalBatch, T> change) {
    return change(1, change);
  }

  /**
   * Submits a change as {@link #change(Function)} does.
   *
   * @param weight about the number of its rows; see {@link Journal.Entry#weight}
   */
  public <T> CompletableFuture<T> change(int weight, Function<JournalBatch, T> change) {
    Promises.Promise<T> done = promises.make();
    Function<JournalBatch, T> guarded =
        idempotencyKey == null ? change : guarded(idempotencyKey, change);
    journal.submit(new SettingEntry<>(guarded, weight, done, patient));
    return done.future();
  }

  private static <T> Function<JournalBatch, T> guarded(
      IdempotencyKey idempotencyKey, Function<JournalBatch, T> change) {
    return batch -> {
      DedupeRow before =
          batch.remembered(new DedupeKey(idempotencyKey.scope(), idempotencyKey.key()));
      if (before != null) {
        throw again(idempotencyKey, before);
      }
      T result = change.apply(batch);
      batch.remember(
          new DedupeRow(
              idempotencyKey.scope(),
              idempotencyKey.key(),
              idempotencyKey.hash(),
              0,
              idempotencyKey.answer().apply(result),
              batch.now + IdempotencyKey.KEPT_MILLIS));
      return result;
    };
  }

  private static RuntimeException again(IdempotencyKey idempotencyKey, DedupeRow before) {
    byte[] answer = before.answer();
    if (answer == null || !Arrays.equals(before.hash(), idempotencyKey.hash())) {
      return new PosthornException(
          Reason.CONFLICT,
          "idempotency-key: \""
              + idempotencyKey.key()
              + "\" was used within 12 hours for another request; use a new one");
    }
    return new IdempotencyKey.DoneBefore(answer);
  }
}
