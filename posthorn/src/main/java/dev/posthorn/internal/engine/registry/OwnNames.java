package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.JournalBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hosts' own names for things: applications of an environment, or endpoints of an application.
 * Everybody reads committed names. The writer also knows each name as of the batch that is being
 * written, so concurrent requests for a name have an order.
 */
final class OwnNames<T> {
  private final Map<Name, T> committed = new ConcurrentHashMap<>();

  /** The names as of the batch that is being written, where they change there. Writer only. */
  private final Map<Name, Optional<T>> staged = new HashMap<>();

  private record Name(long owner, String uid) {}

  /** Returns the thing with a name, or null. */
  @Nullable T find(long owner, String uid) {
    return committed.get(new Name(owner, uid));
  }

  // ---- writer only ---------------------------------------------------------------------------

  /** Returns the thing with a name as of the batch that is being written, or null. */
  @Nullable T current(long owner, String uid) {
    Name name = new Name(owner, uid);
    Optional<T> here = staged.get(name);
    return here != null ? here.orElse(null) : committed.get(name);
  }

  /**
   * Changes the name of a thing in a batch.
   *
   * @param before the previous name, or null
   * @param after the new name, or null
   */
  void stage(
      long owner, @Nullable String before, @Nullable String after, T thing, JournalBatch batch) {
    if (before != null && !before.equals(after)) {
      stage(new Name(owner, before), Optional.empty(), batch);
    }
    if (after != null && !after.equals(before)) {
      stage(new Name(owner, after), Optional.of(thing), batch);
    }
  }

  private void stage(Name name, Optional<T> thing, JournalBatch batch) {
    staged.put(name, thing);
    batch.onEnd(() -> staged.remove(name));
  }

  /** Applies a name, changed or not; see {@link #stage}. */
  void applied(long owner, @Nullable String before, @Nullable String after, T thing) {
    if (before != null && !before.equals(after)) {
      committed.remove(new Name(owner, before), thing);
    }
    if (after != null) {
      committed.put(new Name(owner, after), thing);
    }
  }
}
