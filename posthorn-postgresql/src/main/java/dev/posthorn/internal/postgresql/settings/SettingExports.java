package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.copy.RemovedApplicationRow;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.SettingRow;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.RecordTable;
import java.util.List;

/** The tables of settings, to be compared with those of the store that they were copied from. */
public final class SettingExports {
  private SettingExports() {}

  private static <R extends Record> TableExport<R> global(RecordTable<R> table) {
    return new TableExport<>(table.select(), List.of(), null, table::map);
  }

  private static <R extends Record> TableExport<R> owned(RecordTable<R> table) {
    return new TableExport<>(table.select(), List.of(), "partition", table::map);
  }

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(RowKind.ENVIRONMENTS, global(RecordTables.ENVIRONMENTS))
        .with(RowKind.TOKENS, global(RecordTables.TOKENS))
        .with(RowKind.EVENT_TYPES, global(RecordTables.EVENT_TYPES))
        .with(RowKind.TASKS, global(RecordTables.TASKS))
        .with(
            RowKind.REMOVED_APPLICATIONS,
            new TableExport<>(
                "SELECT id FROM posthorn.removed_application",
                List.of(),
                "partition",
                row -> new RemovedApplicationRow(row.getLong(1))))
        .with(RowKind.APPLICATIONS, owned(RecordTables.APPLICATIONS))
        .with(RowKind.ENDPOINTS, owned(RecordTables.ENDPOINTS))
        .with(RowKind.SECRETS, owned(RecordTables.SECRETS))
        .with(RowKind.LANE_STATES, owned(RecordTables.LANE_STATES))
        .with(RowKind.CONSUMERS, owned(RecordTables.CONSUMERS))
        .with(RowKind.CANCEL_MARKS, owned(RecordTables.CANCEL_MARKS))
        .with(
            RowKind.SETTINGS,
            new TableExport<>(
                "SELECT name, value FROM posthorn.setting",
                List.of(),
                null,
                row ->
                    new SettingRow(
                        Texts.ofStored(row.getString(1)), Texts.ofStored(row.getString(2)))));
  }
}
