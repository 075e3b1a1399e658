package dev.posthorn.internal.engine.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hosts' own names that a batch changes, with the ids of what has them as of the batch. Owned
 * by the writer.
 */
final class StagedNames {
  private final Map<Name, Optional<Long>> changed = new HashMap<>();

  private record Name(long owner, String uid) {}

  /** Returns the id of what has a name, empty if nothing has it any more, null if unchanged. */
  @SuppressWarnings("NullableOptional") // an unchanged name is not a free one
  @Nullable Optional<Long> find(long owner, String uid) {
    return changed.get(new Name(owner, uid));
  }

  /**
   * Changes the name of a thing.
   *
   * @param before the previous name, or null
   * @param after the new name, or null
   */
  void change(long owner, @Nullable String before, @Nullable String after, long id) {
    if (before != null && !before.equals(after)) {
      changed.put(new Name(owner, before), Optional.empty());
    }
    if (after != null && !after.equals(before)) {
      changed.put(new Name(owner, after), Optional.of(id));
    }
  }
}
