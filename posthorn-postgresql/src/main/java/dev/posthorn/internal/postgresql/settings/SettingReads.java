package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PageScan;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads settings and background tasks. */
public final class SettingReads {
  private static final String AFTER_ID = " WHERE id > ? ORDER BY id LIMIT ?";
  private static final String OF_ENDPOINT = " WHERE partition = ? AND endpoint = ?";
  private static final String SETTING = "SELECT value FROM posthorn.setting WHERE name = ?";
  private static final String TASKS_OF_ENVIRONMENT =
      " WHERE environment = ? AND id > ? AND id < ? ORDER BY id";

  /** Maximum size of the results on one page, in characters: the page ends once they exceed it. */
  private static final long MOST_DATA = 4 * 1024 * 1024;

  /** Number of tasks read at once: the data of each may be long. */
  private static final int TASKS_AT_ONCE = 32;

  private SettingReads() {}

  private static <R extends Record> List<R> list(
      Session session, RecordTable<R> table, String condition, Object... parameters)
      throws SQLException {
    return Query.list(session, table::map, table.select() + condition, parameters);
  }

  public static List<EnvironmentRow> environments(Session session, long afterId, int limit)
      throws SQLException {
    return list(session, RecordTables.ENVIRONMENTS, AFTER_ID, afterId, limit);
  }

  public static List<TokenRow> tokens(Session session, long afterId, int limit)
      throws SQLException {
    return list(session, RecordTables.TOKENS, AFTER_ID, afterId, limit);
  }

  public static List<EventTypeRow> eventTypes(Session session, long environment)
      throws SQLException {
    return list(
        session, RecordTables.EVENT_TYPES, " WHERE environment = ? ORDER BY name", environment);
  }

  public static @Nullable String setting(Session session, String name) throws SQLException {
    String stored = Query.one(session, row -> row.getString(1), SETTING, Texts.toStored(name));
    return Texts.ofStoredOrNull(stored);
  }

  public static List<SecretRow> secrets(Session session, int partition, long endpoint)
      throws SQLException {
    return list(session, RecordTables.SECRETS, OF_ENDPOINT + " ORDER BY slot", partition, endpoint);
  }

  public static List<ConsumerRow> consumers(Session session, int partition, long endpoint)
      throws SQLException {
    return list(
        session, RecordTables.CONSUMERS, OF_ENDPOINT + " ORDER BY name", partition, endpoint);
  }

  // ---- background tasks ----------------------------------------------------------------------

  public static @Nullable TaskRow task(Session session, long id) throws SQLException {
    List<TaskRow> found = list(session, RecordTables.TASKS, " WHERE id = ?", id);
    return found.isEmpty() ? null : found.getFirst();
  }

  public static List<TaskRow> runningTasks(Session session) throws SQLException {
    return list(session, RecordTables.TASKS, " WHERE status = 'running' ORDER BY id");
  }

  /** Returns a page of an environment's tasks. */
  public static Page<TaskRow> tasks(Session session, TaskQuery query) throws SQLException {
    PageScan.Source<TaskRow> source =
        range -> {
          List<PageScan.Entry<TaskRow>> entries = new ArrayList<>();
          for (TaskRow row :
              list(
                  session,
                  RecordTables.TASKS,
                  TASKS_OF_ENVIRONMENT + (range.newestFirst() ? " DESC LIMIT ?" : " LIMIT ?"),
                  query.environment(),
                  range.after(),
                  range.before(),
                  range.limit())) {
            entries.add(new PageScan.Entry<>(row.id(), () -> query.matches(row) ? row : null));
          }
          return entries;
        };
    return new PageScan<>(source, query.page(), TASKS_AT_ONCE)
        .within(MOST_DATA, row -> row.data().length())
        .run();
  }
}
