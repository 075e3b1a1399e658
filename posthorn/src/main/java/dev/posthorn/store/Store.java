package dev.posthorn.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where messages, deliveries, attempts and settings last.
 *
 * <p>One thread at a time, the engine's writer, calls {@link #commit} and {@link #upkeep}. All
 * other methods read, may be called from any thread, may block, and see every commit that returned
 * before they were called. Every method throws {@link StoreException}.
 *
 * <p><b>Ids.</b> Message, delivery and attempt ids come from one sequence that grows with time and
 * with the order of commits. Each batch carries the highest id used so far, and {@link #idFloor}
 * returns it after a restart, so that ids never go backwards.
 *
 * <p><b>Live rows.</b> A delivery that waits is one row, either in {@code hot} (what the engine
 * holds in memory, read whole at the start) or in {@code parked} (retries, scheduled deliveries and
 * what found no room in memory, read in pages ordered by due time and id).
 */
public interface Store extends AutoCloseable {

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
   * ({@link EnvironmentRow#retentionMillis}), and payloads that are due ({@link
   * Batch#payloadEnds}). The payload of a message that has a live row stays; it is looked at again
   * {@link PayloadEnd#AGAIN_MILLIS} later.
   *
   * @param keepFrom messages and attempts with a smaller id are past their retention; those of a
   *     message that still has a live row stay
   * @return whether more work is waiting
   */
  boolean upkeep(long keepFrom);

  /** Returns the highest id that any committed batch carried, or 0. */
  long idFloor();

  // ---- live rows -----------------------------------------------------------------------------

  /** Returns rows of {@code hot} with a greater id than {@code afterId}, by id. */
  List<LiveRow> hot(long afterId, int limit);

  /** Returns an endpoint's rows of {@code parked} after a position, ordered by due time and id. */
  List<LiveRow> parked(long endpoint, ParkedKey after, int limit);

  /**
   * Returns the first parked row of each endpoint that has one, for endpoints with a greater id
   * than {@code afterEndpoint}, by endpoint. The work is bounded by {@code limit}, not by the
   * backlog.
   */
  List<LiveRow> parkedHeads(long afterEndpoint, int limit);

  /** Returns the live rows of a message, hot and parked, by endpoint. */
  List<LiveRow> live(long message);

  /**
   * Returns how many live rows an endpoint has, hot and parked, but {@code most} if it has more:
   * the work is bounded by that, not by the backlog.
   */
  int waiting(long endpoint, int most);

  /** Returns all cancellations that stand, by message and endpoint. */
  List<CancelMark> cancelMarks();

  // ---- messages and attempts -----------------------------------------------------------------

  /** Returns a message with its body, or null if there is none or it is past its retention. */
  @Nullable MessageRow message(long id);

  /**
   * Returns the messages that there are of {@code ids}, with their bodies, in that order, up to the
   * first whose body does not fit: none is read into memory that would make more than {@code
   * maxBytes} with those before it.
   */
  LoadedMessages messages(long[] ids, long maxBytes);

  /** Returns messages of one application without their bodies; see {@link MessageQuery}. */
  Page<MessageRow> messages(MessageQuery query);

  /**
   * Returns the newest message of an application with an id of the sender's, with its body, or null
   * if there is none or it is past its retention.
   */
  @Nullable MessageRow messageByEvent(long application, String eventId);

  /** Returns an attempt, or null if there is none or it is past its retention. */
  @Nullable AttemptRow attempt(long id);

  /** Returns all attempts of a message, by id. */
  List<AttemptRow> attempts(long message);

  /** Returns attempts of one endpoint or message; see {@link AttemptQuery}. */
  Page<AttemptRow> attempts(AttemptQuery query);

  /**
   * Returns an endpoint's hours that begin at {@code from} or later and before {@code to}, by time,
   * without those in which nothing happened. They last as long as attempts do, also if the endpoint
   * is removed.
   */
  List<HourRow> hours(long endpoint, long from, long to);

  /**
   * Returns what is remembered under a key in a scope and has not expired at {@code now}, or null.
   */
  @Nullable DedupeRow dedupe(String scope, String key, long now);

  // ---- settings ------------------------------------------------------------------------------

  /** Returns environments with a greater id than {@code afterId}, by id. */
  List<EnvironmentRow> environments(long afterId, int limit);

  /** Returns tokens with a greater id than {@code afterId}, by id. */
  List<TokenRow> tokens(long afterId, int limit);

  /** Returns applications with a greater id than {@code afterId}, by id. */
  List<ApplicationRow> applications(long afterId, int limit);

  /** Returns endpoints with a greater id than {@code afterId}, by id. */
  List<EndpointRow> endpoints(long afterId, int limit);

  /** Returns an endpoint's secrets, by slot. */
  List<SecretRow> secrets(long endpoint);

  /**
   * Returns all secrets of the next {@code limit} endpoints that have some and a greater id than
   * {@code afterEndpoint}, by endpoint and slot.
   */
  List<SecretRow> secrets(long afterEndpoint, int limit);

  /** Returns the lane states of endpoints with a greater id than {@code afterEndpoint}. */
  List<LaneStateRow> laneStates(long afterEndpoint, int limit);

  /** Returns an environment's event types, by name. */
  List<EventTypeRow> eventTypes(long environment);

  /** Returns a setting of the store itself, or null. */
  @Nullable String setting(String name);

  // ---- tasks ---------------------------------------------------------------------------------

  /** Returns a task, or null. */
  @Nullable TaskRow task(long id);

  /** Returns tasks of one environment; see {@link TaskQuery}. */
  Page<TaskRow> tasks(TaskQuery query);

  /** Returns all tasks with the status {@link TaskRow#RUNNING}, by id. */
  List<TaskRow> runningTasks();

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
