package dev.posthorn.internal.engine.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hosts' own names for things: applications of an environment, or endpoints of an application.
 * Everybody reads.
 */
final class OwnNames<T> {
  private final Map<Name, T> committed = new ConcurrentHashMap<>();

  private record Name(long owner, String uid) {}

  /** Returns the thing with a name, or null. */
  @Nullable T find(long owner, String uid) {
    return committed.get(new Name(owner, uid));
  }

  /**
   * Applies a name, changed or not. Writer only.
   *
   * @param before the previous name, or null
   * @param after the new name, or null
   */
  void applied(long owner, @Nullable String before, @Nullable String after, T thing) {
    if (before != null && !before.equals(after)) {
      committed.remove(new Name(owner, before), thing);
    }
    if (after != null) {
      committed.put(new Name(owner, after), thing);
    }
  }
}
