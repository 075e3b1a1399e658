package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves one page of rows after the other into the store. A row is deleted only once its message is
 * stored; if it is read again before that, its key finds the message. Owned by the relay's thread.
 */
final class PageRelay {
  /**
   * The age from which a row may have been relayed so long ago that the key of its message is
   * forgotten: half of the time for which keys are kept, as clocks may differ.
   */
  private static final long OLD_MILLIS = 6L * 3_600_000;

  private static final long WAIT_SLICE_NANOS = 100_000_000;
  private static final int WAIT_SLICES = 300;

  /** While it is closed, it waits less: rows that are not deleted are known to the next process. */
  private static final int LAST_SLICES = 20;

  private final Destination destination;
  private final RowReader reader;
  private final RelayCounters counters;
  private final RelayLog log;
  private final BooleanSupplier stopped;

  /** Rows whose messages are stored, but that could not be deleted yet. */
  private final List<String> undeleted = new ArrayList<>();

  private boolean rejected;

  PageRelay(
      Destination destination,
      RowReader reader,
      RelayCounters counters,
      RelayLog log,
      BooleanSupplier stopped) {
    this.destination = destination;
    this.reader = reader;
    this.counters = counters;
    this.log = log;
    this.stopped = stopped;
  }

  /** Rows of a page that were handed over, with their requests. */
  private record Handed(List<InboxRow> rows, List<SendRequest> requests) {}

  /** Returns whether a row was rejected since this was asked. */
  boolean haveRejected() {
    boolean since = rejected;
    rejected = false;
    return since;
  }

  /** Deletes what an earlier page could not. */
  void deleteRest(InboxTable table) throws SQLException {
    if (!undeleted.isEmpty()) {
      table.delete(undeleted);
      undeleted.clear();
    }
  }

  /**
   * Relays rows.
   *
   * @throws PosthornException with the reason for which no row can be relayed at present
   */
  void relay(InboxTable table, List<InboxRow> rows) throws SQLException, InterruptedException {
    List<RowRefusal> refusals = new ArrayList<>();
    Handed handed = read(rows, refusals);
    PageResults results = new PageResults(handed.rows.size());
    PosthornException trouble = handOver(handed, results);
    await(results);
    for (int i = 0; i < handed.rows.size(); i++) {
      SendResult result = results.result(i);
      if (result != null) {
        undeleted.add(handed.rows.get(i).messageId());
        counters.relayed(1);
        destination.sent(handed.requests.get(i), result);
      } else {
        PosthornException why = results.refusal(i);
        if (RowRefusal.isOfRow(why.reason())) {
          refusals.add(RowRefusal.of(handed.rows.get(i), why));
        } else if (trouble == null) {
          trouble = why;
        }
      }
    }
    deleteRest(table);
    refuse(table, refusals);
    if (trouble != null) {
      throw trouble;
    }
  }

  private Handed read(List<InboxRow> rows, List<RowRefusal> refusals) {
    Handed handed = new Handed(new ArrayList<>(), new ArrayList<>());
    for (InboxRow row : rows) {
      if (isGone(row)) {
        continue;
      }
      try {
        SendRequest request = reader.read(row);
        if (isOld(row) && destination.isStored(request.application(), row.messageId())) {
          undeleted.add(row.messageId());
        } else if (isKnown(row, request, refusals)) {
          handed.rows.add(row);
          handed.requests.add(request);
        }
      } catch (PosthornException e) {
        refusals.add(RowRefusal.of(row, e));
      }
    }
    return handed;
  }

  /** Returns whether a row was deleted, by another relay, before its large payload was read. */
  private boolean isGone(InboxRow row) {
    return row.lacksPayload() && row.content().payload().size() <= mostBytes();
  }

  /** Returns the largest size of a payload that is read. */
  int mostBytes() {
    return destination.maxPayloadSize() + PayloadCipher.LONGER_BYTES;
  }

  private boolean isOld(InboxRow row) {
    return Math.abs(destination.millis() - row.times().createdAt()) > OLD_MILLIS;
  }

  /** Checks the event type by itself: an unknown one may be added later. */
  private boolean isKnown(InboxRow row, SendRequest request, List<RowRefusal> refusals) {
    try {
      destination.requireType(request.type());
      return true;
    } catch (PosthornException e) {
      refusals.add(new RowRefusal(row, e, true));
      return false;
    }
  }

  /** Hands over until there is no room; returns the reason, or null. */
  private @Nullable PosthornException handOver(Handed handed, PageResults results) {
    PosthornException trouble = null;
    for (int i = 0; i < handed.rows.size(); i++) {
      Destination.Result result = results.of(i);
      if (trouble != null) {
        result.refused(trouble); // in their order: what comes later is not handed over before it
        continue;
      }
      try {
        destination.accept(handed.requests.get(i), result);
      } catch (PosthornException e) {
        result.refused(e);
        trouble = RowRefusal.isOfRow(e.reason()) ? null : e;
      }
    }
    return trouble;
  }

  private void await(PageResults results) throws InterruptedException {
    int left = WAIT_SLICES;
    while (left > 0 && !results.await(WAIT_SLICE_NANOS)) {
      left = stopped.getAsBoolean() ? Math.min(left, LAST_SLICES) - 1 : left - 1;
    }
  }

  private void refuse(InboxTable table, List<RowRefusal> refusals) throws SQLException {
    long now = destination.millis();
    for (RowRefusal refusal : refusals) {
      Long retryAt = refusal.retryAt(now);
      counters.refused();
      table.refuse(
          refusal.row().messageId(),
          retryAt,
          refusal.tries(),
          String.valueOf(refusal.why().getMessage()));
      if (retryAt == null) {
        rejected = true;
        log.rejected(refusal);
      } else {
        log.refused(refusal, retryAt - now);
      }
    }
  }
}
