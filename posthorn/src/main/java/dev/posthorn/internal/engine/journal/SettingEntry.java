package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Promises;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of settings, or of waiting deliveries. The writer applies such changes one after the
 * other.
 */
final class SettingEntry<T> implements Journal.Entry {
  private final Function<JournalBatch, T> change;
  private final int weight;
  private final Promises.Promise<T> done;
  private final boolean patient;
  private @Nullable T result;
  private IdempotencyKey.@Nullable DoneBefore doneBefore;

  /**
   * Creates the entry.
   *
   * @param change adds rows to the batch and returns the result; throws {@link PosthornException}
   *     to refuse the change
   * @param weight about the number of its rows
   * @param done completed with the result once it is on disk
   * @param patient whether it never fails because the result is unknown for long
   */
  SettingEntry(
      Function<JournalBatch, T> change, int weight, Promises.Promise<T> done, boolean patient) {
    this.change = change;
    this.weight = weight;
    this.done = done;
    this.patient = patient;
  }

  @Override
  public void prepare(JournalBatch batch) {
    doneBefore = null;
    try {
      result = change.apply(batch);
    } catch (
        IdempotencyKey.DoneBefore
            e) { // the first one may be in this very batch: tell after its commit
      doneBefore = e;
    }
  }

  @Override
  public void committed(JournalBatch batch) {
    IdempotencyKey.DoneBefore before = doneBefore;
    if (before != null) {
      done.fail(before);
    } else {
      done.complete(result);
    }
  }

  @Override
  public void doubtful(PosthornException why) {
    if (!patient) {
      done.fail(why);
    }
  }

  @Override
  public void failed(PosthornException why) {
    done.fail(why);
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public boolean refusable() {
    return true;
  }
}
