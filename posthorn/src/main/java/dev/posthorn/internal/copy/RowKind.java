package dev.posthorn.internal.copy;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;

/**
 * A kind of rows that a store consists of, and the change of a batch that writes such a row.
 *
 * @param <R> the type of the rows
 */
public final class RowKind<R> {
  public static final RowKind<EnvironmentRow> ENVIRONMENTS =
      setting("environments", one -> new SettingChange.PutEnvironment(one.row()));
  public static final RowKind<TokenRow> TOKENS =
      setting("tokens", one -> new SettingChange.PutToken(one.row()));
  public static final RowKind<EventTypeRow> EVENT_TYPES =
      setting("event types", one -> new SettingChange.PutEventType(one.row()));
  public static final RowKind<RemovedApplicationRow> REMOVED_APPLICATIONS =
      setting("removed applications", one -> new SettingChange.RemoveApplication(one.row().id()));
  public static final RowKind<ApplicationRow> APPLICATIONS =
      setting("applications", one -> new SettingChange.PutApplication(one.row()));
  public static final RowKind<EndpointRow> ENDPOINTS =
      setting("endpoints", one -> new SettingChange.PutEndpoint(one.row()));
  public static final RowKind<SecretRow> SECRETS =
      setting("secrets", one -> new SettingChange.PutSecret(one.partition(), one.row()));
  public static final RowKind<LaneStateRow> LANE_STATES =
      setting("lane states", one -> new SettingChange.PutLaneState(one.partition(), one.row()));
  public static final RowKind<ConsumerRow> CONSUMERS =
      setting("consumers", one -> new SettingChange.PutConsumer(one.partition(), one.row()));
  public static final RowKind<CancelMark> CANCEL_MARKS =
      setting("cancellations", one -> new SettingChange.PutCancelMark(one.partition(), one.row()));
  public static final RowKind<TaskRow> TASKS =
      setting("tasks", one -> new SettingChange.PutTask(one.row()));
  public static final RowKind<MessageRow> MESSAGES =
      new RowKind<>("messages", (batch, one) -> batch.in(one.partition()).messages.add(one.row()));
  public static final RowKind<AttemptRow> ATTEMPTS =
      new RowKind<>("attempts", (batch, one) -> batch.in(one.partition()).attempts.add(one.row()));

  /** Counts of hours, which no batch has: a store adds them up itself. */
  public static final RowKind<HourRow> HOURS =
      new RowKind<>(
          "hours",
          (batch, one) -> {
            throw new IllegalArgumentException("no batch has hours");
          });

  public static final RowKind<DedupeRow> KEYS =
      new RowKind<>("deduplication keys", (batch, one) -> batch.dedupe.add(one.row()));
  public static final RowKind<PayloadEnd> PAYLOAD_ENDS =
      new RowKind<>(
          "payload ends", (batch, one) -> batch.in(one.partition()).payloadEnds.add(one.row()));
  public static final RowKind<LiveRow> HOT =
      new RowKind<>("deliveries due", (batch, one) -> batch.in(one.partition()).hot.add(one.row()));
  public static final RowKind<LiveRow> PARKED =
      new RowKind<>(
          "deliveries waiting", (batch, one) -> batch.in(one.partition()).parked.add(one.row()));
  public static final RowKind<SettingRow> SETTINGS =
      setting("settings", one -> new SettingChange.PutSetting(one.row().name(), one.row().value()));

  private final String name;
  private final Adder<R> adder;

  private interface Adder<R> {
    void add(Batch batch, Exported<R> row);
  }

  private interface Change<R> {
    SettingChange of(Exported<R> row);
  }

  private RowKind(String name, Adder<R> adder) {
    this.name = name;
    this.adder = adder;
  }

  private static <R> RowKind<R> setting(String name, Change<R> change) {
    return new RowKind<>(name, (batch, one) -> batch.settings.add(change.of(one)));
  }

  /** Returns all kinds, in the order in which they are copied: what waits comes last. */
  public static List<RowKind<?>> all() {
    return List.of(
        ENVIRONMENTS,
        TOKENS,
        EVENT_TYPES,
        REMOVED_APPLICATIONS,
        APPLICATIONS,
        ENDPOINTS,
        SECRETS,
        LANE_STATES,
        CONSUMERS,
        CANCEL_MARKS,
        TASKS,
        MESSAGES,
        ATTEMPTS,
        HOURS,
        KEYS,
        PAYLOAD_ENDS,
        HOT,
        PARKED,
        SETTINGS);
  }

  /** Returns the name of the kind, for people. */
  public String name() {
    return name;
  }

  /** Adds the change to a batch that writes a row. */
  public void add(Batch batch, Exported<R> row) {
    adder.add(batch, row);
  }

  @Override
  public String toString() {
    return name;
  }
}
