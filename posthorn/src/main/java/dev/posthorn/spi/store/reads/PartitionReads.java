package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one partition of a {@link Store}: everything that belongs to its applications.
 *
 * <p>They find nothing of other partitions, even by id. The methods may be called from any thread,
 * may block, and see every commit that returned before the call. Each may throw {@link
 * StoreException}.
 */
public interface PartitionReads {
  // ---- live rows -----------------------------------------------------------------------------

  /** Returns an endpoint's rows of {@code parked} after a position, ordered by due time and id. */
  List<LiveRow> parked(long endpoint, ParkedKey after, int limit);

  /** Returns the live rows of a message, hot and parked, by endpoint. */
  List<LiveRow> live(long message);

  /**
   * Returns the live rows of a message for one endpoint, hot and parked, by id. Deliveries for
   * other endpoints do not add to the work.
   */
  List<LiveRow> live(long message, long endpoint);

  /**
   * Counts an endpoint's live rows, hot and parked, up to {@code most}, which bounds the work; the
   * backlog does not matter.
   */
  WaitingCount waiting(long endpoint, int most);

  // ---- messages and attempts -----------------------------------------------------------------

  /** Returns a message with its body, or null if it is unknown or past its retention. */
  @Nullable MessageRow message(long id);

  /** Returns a message without reading its body, or null if it is unknown or past its retention. */
  @Nullable MessageRow messageWithoutBody(long id);

  /**
   * Returns the existing messages among {@code ids} for sending, with their bodies and {@linkplain
   * MessageRow#withoutTargets without their targets}, in that order, up to the first whose body
   * does not fit: no body is read into memory that would bring the total above {@code maxBytes}.
   */
  LoadedMessages messages(long[] ids, long maxBytes);

  /** Returns messages of one application without their bodies; see {@link MessageQuery}. */
  Page<MessageRow> messages(MessageQuery query);

  /**
   * Returns the newest message of an application with an event id of the sender, with its body, or
   * null if it is unknown or past its retention.
   */
  @Nullable MessageRow messageByEvent(long application, String eventId);

  /**
   * Returns the newest message whose sender chose a public id for it, by that id, with its body, or
   * null if it is unknown or past its retention.
   */
  @Nullable MessageRow messageByPublicId(String publicId);

  /** Returns, by message, the public ids of those messages for which the sender chose one. */
  Map<Long, String> publicIds(Collection<Long> messages);

  /** Returns an attempt, or null if it is unknown or past its retention. */
  @Nullable AttemptRow attempt(long id);

  /** Returns all attempts of a message, by id. */
  List<AttemptRow> attempts(long message);

  /** Returns the last attempt of a message for one endpoint, or null. */
  default @Nullable AttemptRow lastAttempt(long message, long endpoint) {
    return lastAttempt(message, endpoint, Long.MAX_VALUE);
  }

  /**
   * Returns the last attempt of a message for one endpoint with an id smaller than {@code before},
   * or null. Reads no attempts for other endpoints.
   */
  @Nullable AttemptRow lastAttempt(long message, long endpoint, long before);

  /**
   * Returns the last attempts of some messages for one endpoint, by message. Messages without
   * attempts are missing from the map.
   */
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
   * without those in which nothing happened. They are kept as long as attempts are, even if the
   * endpoint is removed.
   */
  List<HourRow> hours(long endpoint, long from, long to);

  // ---- settings ------------------------------------------------------------------------------

  /** Returns an endpoint's secrets, by slot. */
  List<SecretRow> secrets(long endpoint);

  /** Returns the consumers of an endpoint, by name. */
  List<ConsumerRow> consumers(long endpoint);
}
