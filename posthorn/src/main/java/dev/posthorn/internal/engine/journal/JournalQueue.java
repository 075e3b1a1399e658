package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.fair.Turns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries that are not written yet, and the bounds of a batch. Parts of a batch that the store
 * did not take as a whole come first, then entries that must be stored and were not taken, then
 * arrivals, for which applications take turns. Any thread may add and poll arrivals; everything
 * else belongs to the writer.
 */
final class JournalQueue {
  private static final int MAX_ENTRIES = 2_000;

  /** About 2 MB: whatever arrives meanwhile waits for its commit. */
  private static final int MAX_WEIGHT = 2_048;

  /** The weight of a page that only one row of the batch may be on: 4 KB to write. */
  private static final int PAGE_WEIGHT = 64;

  /** The most arrivals that one turn sorts. */
  private static final int MAX_SORTED = 5 * MAX_ENTRIES;

  private final ConcurrentLinkedQueue<Journal.Entry> arrivals = new ConcurrentLinkedQueue<>();

  /** Arrivals in turn. Guarded by itself: a journal that is being closed polls them, too. */
  private final Turns<Journal.Entry> turns = new Turns<>();

  // Owned by the writer.
  private final ArrayDeque<List<Journal.Entry>> parts = new ArrayDeque<>();
  private List<Journal.Entry> waiting = new ArrayList<>();
  private boolean leftUnsorted;

  /** The size of a batch in the making: one entry alone always fits. */
  private static final class Fill {
    private final Set<Object> pages = new HashSet<>();
    private int entries;
    private int weight;

    boolean takes(Journal.Entry entry) {
      weight += entry.weight();
      Object page = entry.page();
      if (page != null && pages.add(page)) {
        weight += PAGE_WEIGHT;
      }
      entries++;
      return entries == 1 || (entries <= MAX_ENTRIES && weight <= MAX_WEIGHT);
    }
  }

  // ---- any thread ----------------------------------------------------------------------------

  void add(Journal.Entry entry) {
    arrivals.add(entry);
  }

  /** Removes the arrival whose turn it is and returns it, or returns null. */
  Journal.@Nullable Entry pollArrival() {
    synchronized (turns) {
      Journal.Entry next = turns.poll();
      return next == null ? arrivals.poll() : next;
    }
  }

  boolean hasArrivals() {
    return !arrivals.isEmpty() || hasSorted();
  }

  private boolean hasSorted() {
    synchronized (turns) {
      return !turns.isEmpty();
    }
  }

  // ---- parts of a batch ----------------------------------------------------------------------

  /** Puts entries in front of everything else, to be written as one batch. */
  void pushPart(List<Journal.Entry> entries) {
    parts.push(entries);
  }

  /** Puts the two halves of a batch in front of everything else. */
  void halve(List<Journal.Entry> entries) {
    int half = entries.size() / 2;
    parts.push(List.copyOf(entries.subList(half, entries.size())));
    parts.push(List.copyOf(entries.subList(0, half)));
  }

  boolean hasParts() {
    return !parts.isEmpty();
  }

  List<Journal.Entry> popPart() {
    return parts.pop();
  }

  /** Removes all parts and returns their entries. */
  List<Journal.Entry> takeParts() {
    List<Journal.Entry> all = new ArrayList<>();
    parts.forEach(all::addAll);
    parts.clear();
    return all;
  }

  // ---- entries that must be stored -----------------------------------------------------------

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Puts entries that were not taken before the others that wait. */
  void waitFirst(List<Journal.Entry> entries) {
    waiting.addAll(0, entries);
  }

  /** Removes the first waiting entries, as many as fit into a batch. */
  List<Journal.Entry> nextWaiting() {
    return takeWaiting(new Fill());
  }

  private List<Journal.Entry> takeWaiting(Fill fill) {
    List<Journal.Entry> taken = firstOf(waiting, fill);
    waiting = new ArrayList<>(waiting.subList(taken.size(), waiting.size()));
    return taken;
  }

  // ---- batches -------------------------------------------------------------------------------

  /**
   * Removes the first waiting entries and then arrivals, as many as fit into a batch. Applications
   * take turns, an entry each: so one that has few waits for no crowd of another.
   */
  List<Journal.Entry> nextBatch() {
    Fill fill = new Fill();
    List<Journal.Entry> entries = takeWaiting(fill);
    synchronized (turns) {
      sort();
      for (Journal.Entry entry; (entry = turns.peek()) != null && fill.takes(entry); ) {
        turns.poll();
        entries.add(entry);
      }
    }
    return entries;
  }

  private void sort() {
    leftUnsorted = true;
    for (int i = 0; i < MAX_SORTED; i++) {
      Journal.Entry entry = arrivals.peek();
      if (entry == null) {
        leftUnsorted = false;
        return;
      }
      if (entry.comesLast() && !turns.isEmpty()) {
        return;
      }
      arrivals.poll();
      turns.add(entry.application(), entry);
    }
  }

  /** Returns whether the last batch has left arrivals that came before it. */
  boolean hasLeft() {
    return leftUnsorted || hasSorted();
  }

  /** Removes arrivals: returns those that can be refused; the others wait. */
  List<Journal.Entry> sortArrivals() {
    List<Journal.Entry> refusable = new ArrayList<>();
    for (int i = 0; i < MAX_SORTED; i++) {
      Journal.Entry entry = pollArrival();
      if (entry == null) {
        break;
      }
      (entry.refusable() ? refusable : waiting).add(entry);
    }
    return refusable;
  }

  /** Returns the first entries, as many as fit into a batch. */
  static List<Journal.Entry> firstOf(List<Journal.Entry> entries) {
    return firstOf(entries, new Fill());
  }

  private static List<Journal.Entry> firstOf(List<Journal.Entry> entries, Fill fill) {
    int count = 0;
    while (count < entries.size() && fill.takes(entries.get(count))) {
      count++;
    }
    return new ArrayList<>(entries.subList(0, count));
  }

  /** Removes everything and returns it. */
  List<Journal.Entry> takeAll() {
    List<Journal.Entry> all = new ArrayList<>(waiting);
    all.addAll(takeParts());
    waiting = new ArrayList<>();
    for (Journal.Entry entry; (entry = pollArrival()) != null; ) {
      all.add(entry);
    }
    return all;
  }
}
