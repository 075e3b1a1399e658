package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.rows.RecordTable;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.reads.StoredEndpoint;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads settings. */
public final class SettingReads {
  static final String ENVIRONMENTS =
      "SELECT id, name, created, updated, retention FROM environment";
  static final String LANE_STATES =
      "SELECT endpoint, failing_since, held_until, pause, paused_until FROM lane_state";
  private static final String AFTER_ID = " WHERE id > ? ORDER BY id LIMIT ?";

  private static final String SECRETS_BETWEEN =
      " WHERE endpoint > ? AND endpoint <= ? ORDER BY endpoint, slot";

  private SettingReads() {}

  private static <R extends Record> List<R> list(
      Reader reader, RecordTable<R> table, String condition, Object... parameters)
      throws SQLException {
    return reader.list(table::map, table.select() + condition, parameters);
  }

  public static List<EnvironmentRow> environments(Reader reader, long afterId, int limit)
      throws SQLException {
    return reader.list(SettingReads::environment, ENVIRONMENTS + AFTER_ID, afterId, limit);
  }

  static EnvironmentRow environment(ResultSet row) throws SQLException {
    return new EnvironmentRow(
        row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  public static List<TokenRow> tokens(Reader reader, long afterId, int limit) throws SQLException {
    return list(reader, RecordTables.TOKENS, AFTER_ID, afterId, limit);
  }

  public static List<ApplicationRow> applications(Reader reader, long afterId, int limit)
      throws SQLException {
    return list(reader, RecordTables.APPLICATIONS, AFTER_ID, afterId, limit);
  }

  /** Returns endpoints with their secrets. */
  public static List<StoredEndpoint> endpoints(Reader reader, long afterId, int limit)
      throws SQLException {
    List<EndpointRow> rows = list(reader, RecordTables.ENDPOINTS, AFTER_ID, afterId, limit);
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<Long, List<SecretRow>> secrets =
        list(reader, RecordTables.SECRETS, SECRETS_BETWEEN, afterId, rows.getLast().id()).stream()
            .collect(Collectors.groupingBy(SecretRow::endpoint));
    return rows.stream()
        .map(row -> new StoredEndpoint(row, secrets.getOrDefault(row.id(), List.of())))
        .toList();
  }

  public static List<SecretRow> secrets(Reader reader, long endpoint) throws SQLException {
    return list(reader, RecordTables.SECRETS, " WHERE endpoint = ? ORDER BY slot", endpoint);
  }

  public static boolean hasSecrets(Reader reader) throws SQLException {
    return reader.one(row -> true, "SELECT 1 FROM secret LIMIT 1") != null;
  }

  public static List<LaneStateRow> laneStates(Reader reader, long afterEndpoint, int limit)
      throws SQLException {
    return reader.list(
        SettingReads::laneState,
        LANE_STATES + " WHERE endpoint > ? ORDER BY endpoint LIMIT ?",
        afterEndpoint,
        limit);
  }

  static LaneStateRow laneState(ResultSet row) throws SQLException {
    return new LaneStateRow(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  public static List<ConsumerRow> consumers(Reader reader, long endpoint) throws SQLException {
    return list(reader, RecordTables.CONSUMERS, " WHERE endpoint = ? ORDER BY name", endpoint);
  }

  public static List<EventTypeRow> eventTypes(Reader reader, long environment) throws SQLException {
    return list(
        reader, RecordTables.EVENT_TYPES, " WHERE environment = ? ORDER BY name", environment);
  }

  public static @Nullable String setting(Reader reader, String name) throws SQLException {
    return reader.one(row -> row.getString(1), "SELECT value FROM setting WHERE name = ?", name);
  }
}
