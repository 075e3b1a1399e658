package dev.posthorn.internal.engine.lane;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Items ordered by the time to wake them: a binary heap in which an item knows its place, so moving
 * or removing one costs log n and no garbage. Owned by one loop.
 *
 * <p>A heap rather than a timer wheel: one entry per lane is enough, times are exact, and nothing
 * ticks while nothing is due.
 */
final class WakeupQueue<T extends WakeupQueue.Item> {
  private final Item vacant = new Item() {};
  private Item[] heap = new Item[64];
  private int size;

  /** Something that can be woken. The fields belong to the queue. */
  abstract static class Item {
    int place = -1;
    long atNanos;

    /** Returns whether it waits to be woken. */
    final boolean waiting() {
      return place >= 0;
    }
  }

  /** Sets the time at which an item is to be woken. */
  void put(T item, long atNanos) {
    if (item.place < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      item.atNanos = atNanos;
      place(item, size++);
      up(item);
    } else if (item.atNanos != atNanos) {
      item.atNanos = atNanos;
      up(item);
      down(item);
    }
  }

  /** Forgets an item, if it waits. */
  void remove(T item) {
    if (item.place >= 0) {
      removeAt(item.place);
    }
  }

  /** Removes and returns an item whose time has come, or null. */
  @SuppressWarnings("unchecked") // only items of type T are ever put
  @Nullable T poll(long nowNanos) {
    if (size == 0 || heap[0].atNanos - nowNanos > 0) {
      return null;
    }
    Item first = heap[0];
    removeAt(0);
    return (T) first;
  }

  /** Returns how long until the first item is to be woken, or {@link Long#MAX_VALUE}. */
  long waitNanos(long nowNanos) {
    return size == 0 ? Long.MAX_VALUE : heap[0].atNanos - nowNanos;
  }

  private void removeAt(int index) {
    Item removed = heap[index];
    Item last = heap[--size];
    removed.place = -1;
    if (index != size) {
      place(last, index);
      up(last);
      down(last);
    }
    heap[size] = vacant;
  }

  private void up(Item item) {
    int index = item.place;
    while (index > 0) {
      Item parent = heap[(index - 1) / 2];
      if (parent.atNanos - item.atNanos <= 0) {
        break;
      }
      place(parent, index);
      index = (index - 1) / 2;
    }
    place(item, index);
  }

  private void down(Item item) {
    int index = item.place;
    while (2 * index + 1 < size) {
      int child = 2 * index + 1;
      if (child + 1 < size && heap[child + 1].atNanos - heap[child].atNanos < 0) {
        child++;
      }
      if (item.atNanos - heap[child].atNanos <= 0) {
        break;
      }
      place(heap[child], index);
      index = child;
    }
    place(item, index);
  }

  private void place(Item item, int index) {
    heap[index] = item;
    item.place = index;
  }
}
