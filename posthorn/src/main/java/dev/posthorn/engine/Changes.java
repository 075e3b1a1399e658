package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.DedupeKey;
import dev.posthorn.store.DedupeRow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands changes of settings to the journal, each once if that is asked for. */
final class Changes {
  private final Core core;
  private final @Nullable Once once;
  private final boolean patient;

  Changes(Core core, @Nullable Once once) {
    this(core, once, false);
  }

  private Changes(Core core, @Nullable Once once, boolean patient) {
    this.core = core;
    this.once = once;
    this.patient = patient;
  }

  /** Returns the same, where each change is made as often as it is asked for. */
  Changes often() {
    return new Changes(core, null, patient);
  }

  /** Returns the same for what is not to be told of doubts, since it would do it again. */
  Changes patient() {
    return new Changes(core, once, true);
  }

  Core core() {
    return core;
  }

  /**
   * Has a change made.
   *
   * @param change adds rows to the batch and returns the result; throws {@link PosthornException}
   *     if it cannot be
   * @return completes once the change is on disk; fails with {@link Once.DoneBefore} if it was made
   *     before, with UNKNOWN if nobody knows for long whether it is on disk
   */
  <T> CompletableFuture<T> change(Function<Writing, T> change) {
    Promises.Promise<T> done = core.promises().make();
    Function<Writing, T> guarded = once == null ? change : guarded(once, change);
    core.journal().submit(new SettingEntry<>(guarded, done, patient));
    return done.future();
  }

  private static <T> Function<Writing, T> guarded(Once once, Function<Writing, T> change) {
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
              writing.now + Once.KEPT_MILLIS));
      return result;
    };
  }

  private static RuntimeException again(Once once, DedupeRow before) {
    byte[] answer = before.answer();
    if (answer == null || !Arrays.equals(before.hash(), once.hash())) {
      return new PosthornException(
          Reason.CONFLICT,
          "idempotency-key: \""
              + once.key()
              + "\" was used within 12 hours for another request; use a new one");
    }
    return new Once.DoneBefore(answer);
  }
}
