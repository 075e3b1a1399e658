package dev.posthorn.spi.store;

import java.nio.file.Path;

/**
 * Where messages, deliveries, attempts and settings last.
 *
 * <p>One thread at a time, the engine's writer, calls {@link #commit} and {@link #upkeep}, and
 * reads through {@link #forWriter}. All other methods may be called from any thread, and may block.
 * Every method throws {@link StoreException}.
 *
 * <p><b>Who reads.</b> There are three sets of the same reads, so that nobody waits for those who
 * can wait: what the store itself offers is for the engine (pages, payloads, the start), {@link
 * #forWriter} for the thread that commits, {@link #forLists} for whatever users ask. However many
 * lists are read and however long each takes, the other two find a connection.
 *
 * <p><b>Ids.</b> Message, delivery and attempt ids come from one sequence that grows with time and
 * with the order of commits. Each batch carries the highest id used so far, and {@link #idFloor}
 * returns it after a restart, so that ids never go backwards.
 *
 * <p><b>Live rows.</b> A delivery that waits is one row, either in {@code hot} (what the engine
 * holds in memory, read whole at the start) or in {@code parked} (retries, scheduled deliveries and
 * what found no room in memory, read in pages ordered by due time and id).
 */
public interface Store extends Reads, AutoCloseable {

  /**
   * Makes all changes of a batch durable, or none.
   *
   * <p>Every change can be applied again without harm, so a batch whose result was unknown is
   * simply committed again.
   *
   * @throws StoreException with {@link StoreException.Reason#UNKNOWN} if the batch may or may not
   *     have been applied; with any other reason nothing of it was
   */
  void commit(Batch batch);

  /**
   * Does one bounded slice of deferred work in a transaction of its own: history indexes,
   * retention, checkpoints. Nothing that a reader sees depends on when this is called, except that
   * history older than {@code keepFrom} goes, messages that their environment keeps no longer
   * ({@link EnvironmentRow#retentionMillis}), those of applications that were removed, and payloads
   * that are due ({@link Batch#payloadEnds}). The payload of a message that has a live row stays;
   * it is looked at again {@link PayloadEnd#AGAIN_MILLIS} later.
   *
   * @param keepFrom messages and attempts with a smaller id are past their retention; those of a
   *     message that still has a live row stay
   * @param nowMillis the wall time that payloads, remembered keys and environments' retention go by
   * @return whether more work is waiting
   */
  boolean upkeep(long keepFrom, long nowMillis);

  /** Returns the highest id that any committed batch carried, or 0. */
  long idFloor();

  /** Returns the reads of the thread that commits, which waits for no other read. */
  Reads forWriter();

  /**
   * Returns the reads of users: only some of them run at the same time, and applications take
   * turns.
   *
   * @param application whose turn it is; 0 for what is of no application
   */
  Reads forLists(long application);

  // ---- the store itself ----------------------------------------------------------------------

  /**
   * Copies everything that was committed when this began into a new file, while all else goes on. A
   * file with the name of the target is a whole copy, durable, and can be opened as a store; what
   * is copied meanwhile stands beside it with {@code .part} at the end of its name.
   *
   * @param target a file that does not exist; its directory does
   * @throws IllegalArgumentException if the target exists
   * @throws StoreException if it cannot be written ({@code IO}, {@code FULL}), or the store is
   *     closed ({@code CLOSED}); nothing is left of it
   * @throws UnsupportedOperationException if such a store is copied with tools of its own
   */
  void backup(Path target);

  /** Returns sizes for metrics and benchmarks. */
  StoreStats stats();

  /** Closes the store. What was committed stays. */
  @Override
  void close();
}
