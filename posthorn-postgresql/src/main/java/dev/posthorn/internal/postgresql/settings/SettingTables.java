package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes settings, in order. Consecutive changes with the same statement are sent together, without
 * waiting for each.
 */
public final class SettingTables {
  private static final String PUT_UID =
      "INSERT INTO posthorn.application_uid(application, environment, uid) VALUES (?, ?, ?)"
          + " ON CONFLICT (application) DO UPDATE SET environment = excluded.environment,"
          + " uid = excluded.uid";
  private static final String REMOVE_UID =
      "DELETE FROM posthorn.application_uid WHERE application = ?";
  private static final String PUT_REMOVED =
      "INSERT INTO posthorn.removed_application(partition, id) VALUES (?, ?)"
          + " ON CONFLICT DO NOTHING";

  private final Session session;
  private final LongToIntFunction partitionOf;
  private @Nullable PreparedStatement statement;
  private String pending = "";

  private SettingTables(Session session, LongToIntFunction partitionOf) {
    this.session = session;
    this.partitionOf = partitionOf;
  }

  /**
   * Applies changes.
   *
   * @param partitionOf returns the partition of an application
   */
  public static void apply(
      Session session, List<SettingChange> changes, LongToIntFunction partitionOf)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    SettingTables tables = new SettingTables(session, partitionOf);
    try {
      for (SettingChange change : changes) {
        tables.apply(change);
      }
      tables.flush();
    } finally {
      tables.close();
    }
  }

  private void apply(SettingChange change) throws SQLException {
    switch (change) {
      case SettingChange.PutEnvironment put -> put(RecordTables.ENVIRONMENTS, put.row());
      case SettingChange.RemoveEnvironment(long id) ->
          run("DELETE FROM posthorn.environment WHERE id = ?", id);
      case SettingChange.PutToken put -> put(RecordTables.TOKENS, put.row());
      case SettingChange.RemoveToken(long id) -> run("DELETE FROM posthorn.token WHERE id = ?", id);
      case SettingChange.PutTask put -> put(RecordTables.TASKS, put.row());
      case SettingChange.RemoveTask(long id) -> run("DELETE FROM posthorn.task WHERE id = ?", id);
      case SettingChange.PutApplication put -> put(put.row());
      case SettingChange.RemoveApplication(long id) -> removeApplication(id);
      case SettingChange.PutEndpoint put ->
          put(RecordTables.ENDPOINTS, partitionOf.applyAsInt(put.row().application()), put.row());
      case SettingChange.RemoveEndpoint(int partition, long id) -> removeEndpoint(partition, id);
      case SettingChange.PutSecret put -> put(RecordTables.SECRETS, put.partition(), put.row());
      case SettingChange.RemoveSecret(int partition, long endpoint, int slot) ->
          run(
              "DELETE FROM posthorn.secret WHERE partition = ? AND endpoint = ? AND slot = ?",
              partition,
              endpoint,
              slot);
      case SettingChange.PutLaneState put -> put(put.partition(), put.row());
      case SettingChange.ForgiveFailures(int partition, long endpoint) ->
          run(
              "UPDATE posthorn.lane_state SET failing_since = 0"
                  + " WHERE partition = ? AND endpoint = ?",
              partition,
              endpoint);
      case SettingChange.PutConsumer put -> put(RecordTables.CONSUMERS, put.partition(), put.row());
      case SettingChange.RemoveConsumer(int partition, long endpoint, String name) ->
          run(
              "DELETE FROM posthorn.consumer WHERE partition = ? AND endpoint = ? AND name = ?",
              partition,
              endpoint,
              Texts.toStored(name));
      case SettingChange.PutCancelMark put ->
          put(RecordTables.CANCEL_MARKS, put.partition(), put.mark());
      case SettingChange.RemoveCancelMark(int partition, long message, long endpoint) ->
          run(
              "DELETE FROM posthorn.cancel_mark WHERE partition = ? AND message = ?"
                  + " AND endpoint = ?",
              partition,
              message,
              endpoint);
      case SettingChange.PutEventType put -> put(RecordTables.EVENT_TYPES, put.row());
      case SettingChange.RemoveEventType(long environment, String name) ->
          run(
              "DELETE FROM posthorn.event_type WHERE environment = ? AND name = ?",
              environment,
              Texts.toStored(name));
      case SettingChange.PutSetting put -> put(put.name(), put.value());
    }
  }

  private <R extends Record> void put(RecordTable<R> table, R row) throws SQLException {
    run(table.upsert(), table.values(row));
  }

  private <R extends Record> void put(RecordTable<R> table, int partition, R row)
      throws SQLException {
    @Nullable Object[] values = table.values(row);
    @Nullable Object[] all = new @Nullable Object[values.length + 1];
    all[0] = partition;
    System.arraycopy(values, 0, all, 1, values.length);
    run(table.upsert(), all);
  }

  private void put(ApplicationRow row) throws SQLException {
    put(RecordTables.APPLICATIONS, partitionOf.applyAsInt(row.id()), row);
    String uid = row.uid();
    if (uid == null) {
      run(REMOVE_UID, row.id());
    } else {
      run(PUT_UID, row.id(), row.environment(), Texts.toStored(uid));
    }
  }

  private void removeApplication(long id) throws SQLException {
    int partition = partitionOf.applyAsInt(id);
    run("DELETE FROM posthorn.application WHERE partition = ? AND id = ?", partition, id);
    run(REMOVE_UID, id);
    run(PUT_REMOVED, partition, id);
  }

  private void removeEndpoint(int partition, long id) throws SQLException {
    run("DELETE FROM posthorn.endpoint WHERE partition = ? AND id = ?", partition, id);
    for (String table : List.of("secret", "lane_state", "consumer")) {
      run("DELETE FROM posthorn." + table + " WHERE partition = ? AND endpoint = ?", partition, id);
    }
  }

  private void put(int partition, LaneStateRow row) throws SQLException {
    if (row.isEmpty()) {
      run(
          "DELETE FROM posthorn.lane_state WHERE partition = ? AND endpoint = ?",
          partition,
          row.endpoint());
    } else {
      put(RecordTables.LANE_STATES, partition, row);
    }
  }

  private void put(String name, @Nullable String value) throws SQLException {
    if (value == null) {
      run("DELETE FROM posthorn.setting WHERE name = ?", Texts.toStored(name));
    } else {
      run(
          "INSERT INTO posthorn.setting(name, value) VALUES (?, ?)"
              + " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          Texts.toStored(name),
          Texts.toStored(value));
    }
  }

  private void run(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement current = statement;
    if (current == null || !sql.equals(pending)) {
      flush();
      close();
      current = session.prepare(sql);
      statement = current;
      pending = sql;
    }
    Query.set(current, values);
    current.addBatch();
  }

  private void flush() throws SQLException {
    if (statement != null) {
      statement.executeBatch();
    }
  }

  private void close() throws SQLException {
    if (statement != null) {
      statement.close();
      statement = null;
    }
  }
}
