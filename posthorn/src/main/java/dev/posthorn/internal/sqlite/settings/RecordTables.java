package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;

/** The settings tables whose columns are the components of a record. */
final class RecordTables {
  static final RecordTable<TokenRow> TOKENS = new RecordTable<>("token", TokenRow.class, "id");
  static final RecordTable<TaskRow> TASKS = new RecordTable<>("task", TaskRow.class, "id");
  static final RecordTable<ApplicationRow> APPLICATIONS =
      new RecordTable<>("application", ApplicationRow.class, "id");
  static final RecordTable<EndpointRow> ENDPOINTS =
      new RecordTable<>("endpoint", EndpointRow.class, "id");
  static final RecordTable<SecretRow> SECRETS =
      new RecordTable<>("secret", SecretRow.class, "endpoint", "slot");
  static final RecordTable<ConsumerRow> CONSUMERS =
      new RecordTable<>("consumer", ConsumerRow.class, "endpoint", "name");
  static final RecordTable<CancelMark> CANCEL_MARKS =
      new RecordTable<>("cancel_mark", CancelMark.class, "message", "endpoint");
  static final RecordTable<EventTypeRow> EVENT_TYPES =
      new RecordTable<>("event_type", EventTypeRow.class, "environment", "name");

  private RecordTables() {}
}
