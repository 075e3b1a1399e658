package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;

/** The settings tables whose columns are the components of a record. */
final class RecordTables {
  static final RecordTable<EnvironmentRow> ENVIRONMENTS =
      table("environment", EnvironmentRow.class, "id");
  static final RecordTable<TokenRow> TOKENS = table("token", TokenRow.class, "id");
  static final RecordTable<TaskRow> TASKS = table("task", TaskRow.class, "id");
  static final RecordTable<EventTypeRow> EVENT_TYPES =
      table("event_type", EventTypeRow.class, "environment", "name");

  // Those of applications have a partition, too.
  static final RecordTable<ApplicationRow> APPLICATIONS =
      table("application", ApplicationRow.class, "partition", "id");
  static final RecordTable<EndpointRow> ENDPOINTS =
      table("endpoint", EndpointRow.class, "partition", "id");
  static final RecordTable<SecretRow> SECRETS =
      table("secret", SecretRow.class, "partition", "endpoint", "slot");
  static final RecordTable<LaneStateRow> LANE_STATES =
      table("lane_state", LaneStateRow.class, "partition", "endpoint");
  static final RecordTable<ConsumerRow> CONSUMERS =
      table("consumer", ConsumerRow.class, "partition", "endpoint", "name");
  static final RecordTable<CancelMark> CANCEL_MARKS =
      table("cancel_mark", CancelMark.class, "partition", "message", "endpoint");

  private RecordTables() {}

  private static <R extends Record> RecordTable<R> table(
      String name, Class<R> type, String... key) {
    return new RecordTable<>("posthorn." + name, type, Texts.FORM, key);
  }
}
