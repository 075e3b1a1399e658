package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.JournalBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the hosts' own names stand for: applications of an environment, or endpoints of an
 * application. Everybody reads what is committed. The writer also knows each name as of the batch
 * that is being written, so that two who ask for a name at the same time are as one after the
 * other.
 */
final class OwnNames<T> {
  private final Map<Name, T> committed = new ConcurrentHashMap<>();

  /** The names as of the batch that is being written, where they change there. Writer only. */
  private final Map<Name, Optional<T>> staged = new HashMap<>();

  private record Name(long owner, String uid) {}

  /** Returns what a name stands for, or null. */
  @Nullable T find(long owner, String uid) {
    return committed.get(new Name(owner, uid));
  }

  // ---- writer only ---------------------------------------------------------------------------

  /** Returns what a name stands for as of the batch that is being written, or null. */
  @Nullable T current(long owner, String uid) {
    Name name = new Name(owner, uid);
    Optional<T> here = staged.get(name);
    return here != null ? here.orElse(null) : committed.get(name);
  }

  /**
   * Has something change its name in a batch.
   *
   * @param before the name until then, or null
   * @param after the name from then on, or null
   */
  void stage(
      long owner, @Nullable String before, @Nullable String after, T thing, JournalBatch writing) {
    if (before != null && !before.equals(after)) {
      stage(new Name(owner, before), Optional.empty(), writing);
    }
    if (after != null && !after.equals(before)) {
      stage(new Name(owner, after), Optional.of(thing), writing);
    }
  }

  private void stage(Name name, Optional<T> thing, JournalBatch writing) {
    staged.put(name, thing);
    writing.onEnd(() -> staged.remove(name));
  }

  /** Something has a name, be it the same as before; see {@link #stage}. */
  void applied(long owner, @Nullable String before, @Nullable String after, T thing) {
    if (before != null && !before.equals(after)) {
      committed.remove(new Name(owner, before), thing);
    }
    if (after != null) {
      committed.put(new Name(owner, after), thing);
    }
  }
}
