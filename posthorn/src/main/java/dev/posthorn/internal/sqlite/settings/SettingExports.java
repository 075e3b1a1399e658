package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.copy.RemovedApplicationRow;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.SettingRow;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.internal.rows.RecordTable;
import java.util.List;

/** The tables of settings, for copies into another store. */
public final class SettingExports {
  private static final List<String> ID = List.of("id");
  private static final List<String> ENDPOINT = List.of("endpoint");

  private SettingExports() {}

  private static <R extends Record> TableExport<R> global(
      RecordTable<R> table, List<String> numbers) {
    return new TableExport<>(table.select(), numbers, null, table::map);
  }

  private static <R extends Record> TableExport<R> owned(
      RecordTable<R> table, List<String> numbers, String owner) {
    return new TableExport<>(table.select(), numbers, owner, table::map);
  }

  private static String ofEndpoint(String table) {
    return "(SELECT e.application FROM endpoint e WHERE e.id = " + table + ".endpoint)";
  }

  /**
   * Returns the expression of the application that a cancellation belongs to, which may be that of
   * an endpoint that is removed: then a delivery that waits knows its message.
   */
  private static String ofMark() {
    StringBuilder sql = new StringBuilder("coalesce(").append(ofEndpoint("cancel_mark"));
    sql.append(", (SELECT m.application FROM message m WHERE m.id = cancel_mark.message)");
    for (String table : List.of("parked", "parked_new", "hot")) {
      sql.append(", (SELECT m.application FROM ").append(table);
      sql.append(" p JOIN message m ON m.id = p.message");
      sql.append(" WHERE p.endpoint = cancel_mark.endpoint LIMIT 1)");
    }
    return sql.append(")").toString();
  }

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(
            RowKind.ENVIRONMENTS,
            new TableExport<>(SettingReads.ENVIRONMENTS, ID, null, SettingReads::environment))
        .with(RowKind.TOKENS, global(RecordTables.TOKENS, ID))
        .with(RowKind.EVENT_TYPES, global(RecordTables.EVENT_TYPES, List.of()))
        .with(RowKind.TASKS, global(RecordTables.TASKS, ID))
        .with(
            RowKind.REMOVED_APPLICATIONS,
            new TableExport<>(
                "SELECT id FROM removed_application",
                ID,
                "id",
                row -> new RemovedApplicationRow(row.getLong(1))))
        .with(RowKind.APPLICATIONS, owned(RecordTables.APPLICATIONS, ID, "id"))
        .with(RowKind.ENDPOINTS, owned(RecordTables.ENDPOINTS, ID, "application"))
        .with(
            RowKind.SECRETS,
            owned(RecordTables.SECRETS, List.of("endpoint", "slot"), ofEndpoint("secret")))
        .with(
            RowKind.LANE_STATES,
            new TableExport<>(
                SettingReads.LANE_STATES,
                ENDPOINT,
                ofEndpoint("lane_state"),
                SettingReads::laneState))
        .with(RowKind.CONSUMERS, owned(RecordTables.CONSUMERS, List.of(), ofEndpoint("consumer")))
        .with(
            RowKind.CANCEL_MARKS,
            owned(RecordTables.CANCEL_MARKS, List.of("message", "endpoint"), ofMark()))
        .with(
            RowKind.SETTINGS,
            new TableExport<>(
                "SELECT name, value FROM setting",
                List.of(),
                null,
                row -> new SettingRow(row.getString(1), row.getString(2))));
  }
}
