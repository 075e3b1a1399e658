package dev.posthorn.spi.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be read from a {@link Store}.
 *
 * <p>The methods may be called from any thread, may block, and see every commit that returned
 * before they were called. Each throws {@link StoreException}.
 */
public interface Reads {

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

  /**
   * Returns rows of {@code parked} whose deadline is before a time, by deadline. The work is
   * bounded by {@code limit}, not by the backlog.
   */
  List<LiveRow> parkedBefore(long deadline, int limit);

  /** Returns the live rows of a message, hot and parked, by endpoint. */
  List<LiveRow> live(long message);

  /**
   * Returns the live rows of a message for one endpoint, hot and parked, by id. The work does not
   * grow with what waits for others.
   */
  List<LiveRow> live(long message, long endpoint);

  /**
   * Counts an endpoint's live rows, hot and parked, up to {@code most} of them: the work is bounded
   * by that, not by the backlog.
   */
  WaitingCount waiting(long endpoint, int most);

  /** Returns all cancellations that stand, by message and endpoint. */
  List<CancelMark> cancelMarks();

  // ---- messages and attempts -----------------------------------------------------------------

  /** Returns a message with its body, or null if there is none or it is past its retention. */
  @Nullable MessageRow message(long id);

  /** Returns the same without its body, which is not read. */
  @Nullable MessageRow messageWithoutBody(long id);

  /**
   * Returns the messages that there are of {@code ids} as they are sent, with their bodies and
   * {@linkplain MessageRow#withoutTargets without their targets}, in that order, up to the first
   * whose body does not fit: none is read into memory that would make more than {@code maxBytes}
   * with those before it.
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

  /** Returns the last attempt of a message for one endpoint, or null. */
  default @Nullable AttemptRow lastAttempt(long message, long endpoint) {
    return lastAttempt(message, endpoint, Long.MAX_VALUE);
  }

  /**
   * Returns the last attempt of a message for one endpoint with an id smaller than {@code before},
   * or null. No attempt of another one is read for it.
   */
  @Nullable AttemptRow lastAttempt(long message, long endpoint, long before);

  /** Returns the last attempts of some messages for one endpoint, by message; some have none. */
  default Map<Long, AttemptRow> lastAttempts(List<Long> messages, long endpoint) {
    Map<Long, AttemptRow> found = new HashMap<>();
    for (long message : messages) {
      AttemptRow last = lastAttempt(message, endpoint);
      if (last != null) {
        found.put(message, last);
      }
    }
    return found;
  }

  /** Returns attempts of one endpoint or message; see {@link AttemptQuery}. */
  Page<AttemptRow> attempts(AttemptQuery query);

  /**
   * Returns an endpoint's hours that begin at {@code from} or later and before {@code to}, by time,
   * without those in which nothing happened. They last as long as attempts do, also if the endpoint
   * is removed.
   */
  List<HourRow> hours(long endpoint, long from, long to);

  /**
   * Returns what is remembered under some keys and has not expired at {@code now}, in any order.
   */
  List<DedupeRow> dedupe(Collection<DedupeKey> keys, long now);

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

  /** Returns the consumers of an endpoint, by name. */
  List<ConsumerRow> consumers(long endpoint);

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
}
