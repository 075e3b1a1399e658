package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.spi.store.DedupeKey;
import dev.posthorn.spi.store.DedupeRow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Submits changes of settings to the journal; with an idempotency key, each change only once. */
public final class SettingsWriter {
  private final Journal journal;
  private final Promises promises;
  private final @Nullable IdempotencyKey once;
  private final boolean patient;

  public SettingsWriter(Journal journal, Promises promises) {
    this(journal, promises, null, false);
  }

  private SettingsWriter(
      Journal journal, Promises promises, @Nullable IdempotencyKey once, boolean patient) {
    this.journal = journal;
    this.promises = promises;
    this.once = once;
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
    return new SettingsWriter(journal, promises, once, true);
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
    Promises.Promise<T> done = promises.make();
    Function<JournalBatch, T> guarded = once == null ? change : guarded(once, change);
    journal.submit(new SettingEntry<>(guarded, done, patient));
    return done.future();
  }

  private static <T> Function<JournalBatch, T> guarded(
      IdempotencyKey once, Function<JournalBatch, T> change) {
    return writing -> {
      DedupeRow before = writing.remembered(new DedupeKey(once.scope(), once.key()));
      if (before != null) {
        throw again(once, before);
      }
      T result = change.apply(writing);
      writing.remember(
          new DedupeRow(
              once.scope(),
              once.key(),
              once.hash(),
              0,
              once.answer().apply(result),
              writing.now + IdempotencyKey.KEPT_MILLIS));
      return result;
    };
  }

  private static RuntimeException again(IdempotencyKey once, DedupeRow before) {
    byte[] answer = before.answer();
    if (answer == null || !Arrays.equals(before.hash(), once.hash())) {
      return new PosthornException(
          Reason.CONFLICT,
          "idempotency-key: \""
              + once.key()
              + "\" was used within 12 hours for another request; use a new one");
    }
    return new IdempotencyKey.DoneBefore(answer);
  }
}
