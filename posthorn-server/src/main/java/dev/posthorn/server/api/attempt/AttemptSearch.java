package dev.posthorn.server.api.attempt;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Statuses;
import dev.posthorn.server.http.Operation.Param;
import dev.posthorn.server.http.Query;
import dev.posthorn.server.http.Times;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search for attempts.
 *
 * @param endpoint the endpoint, or 0 for any
 * @param message the message, or 0 for any
 * @param filter the other conditions, or null if no attempt can match
 */
record AttemptSearch(long endpoint, long message, @Nullable AttemptFilter filter) {
  static final Param STATUS =
      new Param(
          "status",
          "query",
          "{\"type\":\"integer\",\"enum\":[0,1,2,3,4]}",
          "Only success (0), pending (1), fail (2), sending (3) or canceled (4)");
  static final Param STATUS_CODE_CLASS =
      new Param(
          "status_code_class",
          "query",
          "{\"type\":\"integer\",\"enum\":[0,100,200,300,400,500]}",
          "Only responses with a status of this class; 0 for no response");
  static final Param AFTER = OperationBuilder.time("after", "Only items from this time on");
  static final Param EXPANDED =
      OperationBuilder.flag(
          "expanded_statuses", "Report canceled deliveries as canceled instead of fail");

  private static final Page<AttemptRow> NOTHING = new Page<>(List.of(), 0);

  /** Reads a search from {@code status}, {@code status_code_class} and the filters of messages. */
  static AttemptSearch of(Query query, long endpoint, long message) {
    MessageFilter messages =
        new MessageFilter(
            query.set("event_types"), query.text("channel"), query.text("tag"), null, 0);
    Set<Integer> classes = statusClasses(query);
    Integer status = Statuses.asked(query);
    if (status == null) {
      return new AttemptSearch(endpoint, message, new AttemptFilter(null, classes, null, messages));
    }
    return new AttemptSearch(
        endpoint,
        message,
        switch (status) {
          case Statuses.SUCCESS -> new AttemptFilter(null, classes, true, messages);
          case Statuses.FAIL -> new AttemptFilter(null, classes, false, messages);
          case Statuses.CANCELED ->
              new AttemptFilter(DeliveryState.CANCELLED, classes, null, messages);
          default -> null; // an attempt has ended: it is neither pending nor sending
        });
  }

  /**
   * Returns the id below all attempts at or after the requested time; unlike for messages, the time
   * itself is included.
   */
  static long after(Query query) {
    Instant time = query.time("after");
    return time == null ? Long.MIN_VALUE : Ids.firstAt(Times.millisFrom(time)) - 1;
  }

  private static Set<Integer> statusClasses(Query query) {
    Integer code = query.number("status_code_class", Statuses.CLASSES);
    if (code == null) {
      return Set.of();
    }
    if (code % 100 != 0) {
      throw Query.invalid("status_code_class", "must be 0, 100, 200, 300, 400 or 500");
    }
    return Set.of(code / 100);
  }

  /** Reads a page. */
  Page<AttemptRow> read(PartitionReads store, PageRequest listing, int limit) {
    if (filter == null) {
      return NOTHING;
    }
    return store.attempts(new AttemptQuery(endpoint, message, listing.withLimit(limit), filter));
  }
}
