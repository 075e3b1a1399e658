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

  Changes(Core core, @Nullable Once once) {
    this.core = core;
    this.once = once;
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
   *     before
   */
  <T> CompletableFuture<T> change(Function<Writing, T> change) {
    Promises.Promise<T> done = core.promises().make();
    core.journal().submit(new SettingEntry<>(once == null ? change : guarded(once, change), done));
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
