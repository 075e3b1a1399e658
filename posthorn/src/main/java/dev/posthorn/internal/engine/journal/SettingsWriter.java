package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.lane.Core;
import dev.posthorn.spi.store.DedupeKey;
import dev.posthorn.spi.store.DedupeRow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands changes of settings to the journal, each once if that is asked for. */
public final class SettingsWriter {
  private final Core core;
  private final @Nullable IdempotencyKey once;
  private final boolean patient;

  public SettingsWriter(Core core, @Nullable IdempotencyKey once) {
    this(core, once, false);
  }

  private SettingsWriter(Core core, @Nullable IdempotencyKey once, boolean patient) {
    this.core = core;
    this.once = once;
    this.patient = patient;
  }

  /** Returns the same, where each change is made as often as it is asked for. */
  public SettingsWriter often() {
    return new SettingsWriter(core, null, patient);
  }

  /** Returns the same for what is not to be told of doubts, since it would do it again. */
  public SettingsWriter patient() {
    return new SettingsWriter(core, once, true);
  }

  public Core core() {
    return core;
  }

  /**
   * Has a change made.
   *
   * @param change adds rows to the batch and returns the result; throws {@link PosthornException}
   *     if it cannot be
   * @return completes once the change is on disk; fails with {@link IdempotencyKey.DoneBefore} if
   *     it was made before, with UNKNOWN if nobody knows for long whether it is on disk
   */
  public <T> CompletableFuture<T> change(Function<JournalBatch, T> change) {
    Promises.Promise<T> done = core.promises().make();
    Function<JournalBatch, T> guarded = once == null ? change : guarded(once, change);
    core.journal().submit(new SettingEntry<>(guarded, done, patient));
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
