package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.Removals;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes settings. */
public final class SettingTables {
  private final Statements statements;
  private final Removals removals;

  public SettingTables(Statements statements, Removals removals) {
    this.statements = statements;
    this.removals = removals;
  }

  public void apply(List<SettingChange> changes) throws SQLException {
    for (SettingChange change : changes) {
      apply(change);
    }
  }

  private void apply(SettingChange change) throws SQLException {
    switch (change) {
      case SettingChange.PutEnvironment put -> put(put.row());
      case SettingChange.RemoveEnvironment(long id) ->
          remove("DELETE FROM environment WHERE id = ?", id);
      case SettingChange.PutToken put -> put(RecordTables.TOKENS, put.row());
      case SettingChange.RemoveToken(long id) -> remove("DELETE FROM token WHERE id = ?", id);
      case SettingChange.PutTask put -> put(RecordTables.TASKS, put.row());
      case SettingChange.RemoveTask(long id) -> remove("DELETE FROM task WHERE id = ?", id);
      case SettingChange.PutApplication put -> put(RecordTables.APPLICATIONS, put.row());
      case SettingChange.RemoveApplication(long id) ->
          remove("DELETE FROM application WHERE id = ?", id);
      case SettingChange.PutEndpoint put -> put(RecordTables.ENDPOINTS, put.row());
      case SettingChange.RemoveEndpoint(int unused, long id) -> removeEndpoint(id);
      case SettingChange.PutSecret put -> put(RecordTables.SECRETS, put.row());
      case SettingChange.RemoveSecret(int unused, long endpoint, int slot) ->
          remove("DELETE FROM secret WHERE endpoint = ? AND slot = ?", endpoint, slot);
      case SettingChange.PutLaneState put -> put(put.row());
      case SettingChange.ForgiveFailures(int unused, long endpoint) ->
          run("UPDATE lane_state SET failing_since = 0 WHERE endpoint = ?", endpoint);
      case SettingChange.PutConsumer put -> put(RecordTables.CONSUMERS, put.row());
      case SettingChange.RemoveConsumer(int unused, long endpoint, String name) ->
          run("DELETE FROM consumer WHERE endpoint = ? AND name = ?", endpoint, name);
      case SettingChange.PutCancelMark put -> put(RecordTables.CANCEL_MARKS, put.mark());
      case SettingChange.RemoveCancelMark(int unused, long message, long endpoint) ->
          run("DELETE FROM cancel_mark WHERE message = ? AND endpoint = ?", message, endpoint);
      case SettingChange.PutEventType put -> put(RecordTables.EVENT_TYPES, put.row());
      case SettingChange.RemoveEventType(long environment, String name) ->
          remove("DELETE FROM event_type WHERE environment = ? AND name = ?", environment, name);
      case SettingChange.PutSetting put -> put(put.name(), put.value());
    }
  }

  private <R extends Record> void put(RecordTable<R> table, R row) throws SQLException {
    run(table.upsert(), table.values(row));
  }

  private void put(EnvironmentRow row) throws SQLException {
    run(
        "INSERT INTO environment(id, name, created, updated, retention) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT(id) DO UPDATE SET name = excluded.name, created = excluded.created,"
            + " updated = excluded.updated, retention = excluded.retention",
        row.id(),
        row.name(),
        row.created(),
        row.updated(),
        row.retentionMillis() == 0 ? null : row.retentionMillis());
  }

  private void removeEndpoint(long id) throws SQLException {
    remove("DELETE FROM endpoint WHERE id = ?", id);
    remove("DELETE FROM secret WHERE endpoint = ?", id);
    run("DELETE FROM lane_state WHERE endpoint = ?", id);
    run("DELETE FROM consumer WHERE endpoint = ?", id);
  }

  private void put(LaneStateRow row) throws SQLException {
    if (row.isEmpty()) {
      run("DELETE FROM lane_state WHERE endpoint = ?", row.endpoint());
    } else {
      run(
          "INSERT INTO lane_state(endpoint, failing_since, held_until, pause, paused_until)"
              + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
              + " failing_since = excluded.failing_since, held_until = excluded.held_until,"
              + " pause = excluded.pause, paused_until = excluded.paused_until",
          row.endpoint(),
          row.failingSince(),
          row.heldUntil(),
          row.pauseMillis(),
          row.pausedUntil());
    }
  }

  private void put(String name, @Nullable String value) throws SQLException {
    if (value == null) {
      remove("DELETE FROM setting WHERE name = ?", name);
    } else {
      run(
          "INSERT INTO setting(name, value) VALUES (?, ?)"
              + " ON CONFLICT DO UPDATE SET value = excluded.value",
          name,
          value);
    }
  }

  /** Removes rows with data that must be erased: names, URLs, secrets, the message of a task. */
  private void remove(String sql, @Nullable Object... values) throws SQLException {
    removals.note();
    run(sql, values);
  }

  private void run(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.executeUpdate();
  }
}
