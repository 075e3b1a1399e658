package dev.posthorn.scheduler;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Tasks that wait, one of each owner in turn. Owned by one thread, or guarded by its user. */
public final class Turns<K> {
  private final LinkedHashMap<K, Queue<Runnable>> waiting = new LinkedHashMap<>();

  /** Puts a task of an owner behind those that it has already. */
  public void add(K owner, Runnable task) {
    waiting.computeIfAbsent(owner, any -> new ArrayDeque<>(2)).add(task);
  }

  /** Takes the next task, or returns null if none waits. */
  public @Nullable Runnable next() {
    Map.Entry<K, Queue<Runnable>> first = waiting.pollFirstEntry();
    if (first == null) {
      return null;
    }
    Runnable next = first.getValue().remove();
    if (!first.getValue().isEmpty()) {
      waiting.put(first.getKey(), first.getValue()); // behind the others
    }
    return next;
  }
}
