package dev.posthorn.internal.engine.lane;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.ExchangeResult.Failure;
import dev.posthorn.spi.transport.ExchangeResult.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an attempt, or the end of a delivery without one: the live row goes, an attempt is
 * recorded, and a row for the next attempt comes if there is to be one. All of it in one commit.
 */
public final class OutcomeEntry implements Journal.Entry {
  private static final byte[] NOTHING = {};

  private final Lane lane;
  private final Delivery delivery;
  private final Verdict verdict;
  private final @Nullable ExchangeResult result;
  private final @Nullable EndReason reason;
  private final Health health;

  /** The message's description, if that is in memory: for listeners. */
  private final @Nullable MessageSpec message;

  private @Nullable AttemptRow attempt;
  private @Nullable LiveRow next;
  private @Nullable EndpointState disabled;

  /**
   * The changes to the endpoint that come with the outcome: its lane's memory, its state; null: as
   * before.
   */
  private record Health(@Nullable LaneStateRow lane, @Nullable EndpointState disable) {
    static final Health SAME = new Health(null, null);
  }

  /** Creates the outcome of an exchange. */
  static OutcomeEntry of(
      Lane lane,
      Delivery delivery,
      Verdict verdict,
      ExchangeResult result,
      @Nullable LaneStateRow state,
      @Nullable EndpointState disable) {
    Health health = state == null && disable == null ? Health.SAME : new Health(state, disable);
    return new OutcomeEntry(lane, delivery, verdict, result, null, health);
  }

  /** Creates the end of a delivery without an exchange. */
  static OutcomeEntry end(Lane lane, Delivery delivery, DeliveryState state, EndReason reason) {
    Verdict verdict =
        new Verdict(
            state, delivery.row.attempts(), 0, delivery.row.deadline(), 0, Verdict.Health.GOOD);
    return new OutcomeEntry(lane, delivery, verdict, null, reason, Health.SAME);
  }

  private OutcomeEntry(
      Lane lane,
      Delivery delivery,
      Verdict verdict,
      @Nullable ExchangeResult result,
      @Nullable EndReason reason,
      Health health) {
    this.lane = lane;
    this.delivery = delivery;
    this.verdict = verdict;
    this.result = result;
    this.reason = reason;
    this.health = health;
    this.message = delivery.spec();
  }

  @Override
  public void prepare(JournalBatch batch) {
    LiveRow row = delivery.row;
    attempt = null;
    next = null;
    disabled = null;
    if (lane.tenure.isOver()) {
      return; // a later owner has the row
    }
    LiveRow stored = delivery.unsure ? stored(row, batch) : row;
    if (!row.equals(stored)) {
      next = stored; // it has ended meanwhile, or waits for another attempt
      return;
    }
    PartitionBatch rows = batch.in(partition());
    rows.remove(row);
    boolean cancelled = lane.isCancelled(row);
    Verdict now = cancelled ? verdict.cancelled() : verdict;
    if (now.state() == DeliveryState.WAITING) {
      next = nextRow(row);
      rows.parked.add(next);
    } else {
      lane.loop.context().cancellations().ends(row, batch);
    }
    attempt = attempt(batch.nextAttemptId(row), row, now, result, reason);
    rows.attempts.add(attempt);
    if (health.lane != null) {
      batch.change(new SettingChange.PutLaneState(partition(), health.lane));
    }
    if (health.disable != null && isShown(health.disable, batch)) {
      disabled = lane.loop.context().endpoints().disable(lane.endpoint, health.disable, batch);
    }
  }

  private int partition() {
    return lane.endpoint.partition;
  }

  /** Returns the present row of a delivery, or null. */
  private @Nullable LiveRow stored(LiveRow row, JournalBatch batch) {
    return batch.liveNow(partition(), row.message(), row.endpoint()).stream()
        .filter(live -> live.id() == row.id())
        .findFirst()
        .orElse(null);
  }

  private boolean isShown(EndpointState disable, JournalBatch batch) {
    long since = lane.endpoint.failingSince;
    return disable != EndpointState.DISABLED_FAILING
        || (since != 0
            && FailureHistory.isEnough(
                batch.store().in(partition()),
                lane.loop.context().publicIds(),
                lane.endpoint.id,
                since,
                batch.steady));
  }

  /**
   * Returns the next row. An ordered delivery keeps its place in the order; any other is placed by
   * its due time.
   */
  private LiveRow nextRow(LiveRow row) {
    boolean ordered = lane.isOrdered();
    return row.parkedUntil(ordered ? row.due() : verdict.due(), ordered ? verdict.due() : 0)
        .withAttempts(verdict.spent())
        .withDeadline(verdict.deadline());
  }

  /** Returns the attempt to record for an exchange, or for an end without one. */
  public static AttemptRow attempt(
      long id,
      LiveRow row,
      Verdict verdict,
      @Nullable ExchangeResult result,
      @Nullable EndReason reason) {
    int status = 0;
    String error = reason == null ? null : reason.code();
    byte[] excerpt = NOTHING;
    Timings timings = Timings.NONE;
    switch (result) {
      case Response response -> {
        status = response.status();
        error = response.bodyError() == null ? null : response.bodyError().code();
        excerpt = response.excerpt();
        timings = response.timings();
      }
      case Failure failure -> {
        error = failure.error().code();
        excerpt = failure.detail().getBytes(StandardCharsets.UTF_8);
        timings = failure.timings();
      }
      case null -> {}
    }
    return AttemptRow.of(id, row)
        .kind(result == null ? AttemptKind.NONE : row.kind())
        .state(verdict.state())
        .spent(verdict.spent())
        .status(status)
        .error(error)
        .timings(timings)
        .excerpt(excerpt)
        .nextDue(verdict.state() == DeliveryState.WAITING ? verdict.due() : 0)
        .build();
  }

  @Override
  public void committed(JournalBatch batch) {
    batch.post(lane.loop, this::settle);
  }

  private void settle() {
    lane.settled(delivery, next);
    if (attempt != null) {
      lane.loop.attempted(lane.endpoint, attempt, message);
    }
    if (disabled != null) {
      RegisteredEndpoint endpoint = lane.endpoint;
      lane.loop.context().events().disabled(endpoint.row(), disabled, endpoint.failingSince);
    }
  }

  @Override
  public void failed(PosthornException why) {
    // The row is live as before, so the delivery must be attempted again; never drop it.
    lane.loop.execute(() -> lane.unsettled(delivery));
  }

  /** Parked rows of one endpoint are close together, and those of others are elsewhere. */
  @Override
  public @Nullable Object page() {
    boolean parked =
        verdict.state() == DeliveryState.WAITING
            || delivery.row.place() == LiveRow.QueueState.PARKED;
    return parked ? lane : null;
  }

  @Override
  public long application() {
    return lane.application();
  }

  @Override
  public boolean refusable() {
    return false;
  }

  /** An ordered lane sends nothing before the outcome is stored. */
  @Override
  public boolean lingers() {
    return !lane.isOrdered();
  }
}
