package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.internal.sqlite.file.Values;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.ConsumerRow;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.EnvironmentRow;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.TokenRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is configured. */
public final class SettingReads {
  private static final EndpointState[] STATES = EndpointState.values();
  private static final TokenRow.Kind[] KINDS = TokenRow.Kind.values();
  private static final String SECRETS =
      "SELECT endpoint, slot, key_id, ciphertext, expires FROM secret";

  private SettingReads() {}

  public static List<EnvironmentRow> environments(Reader reader, long afterId, int limit)
      throws SQLException {
    return reader.list(
        row ->
            new EnvironmentRow(
                row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5)),
        "SELECT id, name, created, updated, retention FROM environment WHERE id > ?"
            + " ORDER BY id LIMIT ?",
        afterId,
        limit);
  }

  public static List<TokenRow> tokens(Reader reader, long afterId, int limit) throws SQLException {
    return reader.list(
        row ->
            new TokenRow(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                KINDS[row.getInt(4)],
                row.getString(5),
                Values.bytes(row.getBytes(6)),
                row.getString(7),
                Values.strings(row.getString(8)),
                row.getLong(9),
                row.getLong(10)),
        "SELECT id, environment, application, kind, name, hash, hint, scopes, created, expires"
            + " FROM token WHERE id > ? ORDER BY id LIMIT ?",
        afterId,
        limit);
  }

  public static List<ApplicationRow> applications(Reader reader, long afterId, int limit)
      throws SQLException {
    return reader.list(
        row ->
            new ApplicationRow(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                Values.map(row.getString(6)),
                row.getLong(7),
                row.getLong(8)),
        "SELECT id, environment, uid, name, rate_limit, metadata, created, updated FROM application"
            + " WHERE id > ? ORDER BY id LIMIT ?",
        afterId,
        limit);
  }

  public static List<EndpointRow> endpoints(Reader reader, long afterId, int limit)
      throws SQLException {
    return reader.list(
        SettingReads::endpoint,
        "SELECT id, application, uid, url, description, event_types, channels, ordered, rate_limit,"
            + " concurrency, timeout_millis, retry_waits, wire_format, state, metadata, created,"
            + " updated FROM endpoint WHERE id > ? ORDER BY id LIMIT ?",
        afterId,
        limit);
  }

  private static EndpointRow endpoint(ResultSet row) throws SQLException {
    return new EndpointRow(
        row.getLong(1),
        row.getLong(2),
        EndpointSpec.to(row.getString(4))
            .uid(row.getString(3))
            .description(row.getString(5))
            .eventTypes(Values.strings(row.getString(6)))
            .channels(Values.strings(row.getString(7)))
            .policy(policy(row))
            .metadata(Values.map(row.getString(15)))
            .build(),
        STATES[row.getInt(14)],
        row.getLong(16),
        row.getLong(17));
  }

  private static EndpointPolicy policy(ResultSet row) throws SQLException {
    return EndpointPolicy.builder()
        .ordered(row.getBoolean(8))
        .rateLimit(row.getInt(9))
        .concurrency(row.getInt(10))
        .timeoutMillis(row.getInt(11))
        .retryWaits(Values.longs(row.getString(12)))
        .wireFormat(row.getString(13))
        .build();
  }

  public static List<SecretRow> secrets(Reader reader, long endpoint) throws SQLException {
    return reader.list(
        SettingReads::secret, SECRETS + " WHERE endpoint = ? ORDER BY slot", endpoint);
  }

  public static List<SecretRow> secrets(Reader reader, long afterEndpoint, int limit)
      throws SQLException {
    return reader.list(
        SettingReads::secret,
        SECRETS
            + " WHERE endpoint > ?1 AND endpoint <= (SELECT max(endpoint) FROM (SELECT DISTINCT"
            + " endpoint FROM secret WHERE endpoint > ?1 ORDER BY endpoint LIMIT ?2))"
            + " ORDER BY endpoint, slot",
        afterEndpoint,
        limit);
  }

  private static SecretRow secret(ResultSet row) throws SQLException {
    return new SecretRow(
        row.getLong(1),
        row.getInt(2),
        row.getInt(3),
        Values.bytes(row.getBytes(4)),
        row.getLong(5));
  }

  public static List<LaneStateRow> laneStates(Reader reader, long afterEndpoint, int limit)
      throws SQLException {
    return reader.list(
        row ->
            new LaneStateRow(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
        "SELECT endpoint, failing_since, held_until, pause, paused_until FROM lane_state"
            + " WHERE endpoint > ? ORDER BY endpoint LIMIT ?",
        afterEndpoint,
        limit);
  }

  public static List<ConsumerRow> consumers(Reader reader, long endpoint) throws SQLException {
    return reader.list(
        row -> new ConsumerRow(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4)),
        "SELECT endpoint, name, position, updated FROM consumer WHERE endpoint = ? ORDER BY name",
        endpoint);
  }

  public static List<EventTypeRow> eventTypes(Reader reader, long environment) throws SQLException {
    return reader.list(
        row ->
            new EventTypeRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getBoolean(6),
                Values.strings(row.getString(7)),
                row.getString(8),
                Values.longs(row.getString(9)),
                row.getLong(10),
                row.getLong(11)),
        "SELECT environment, name, description, schemas, archived, deprecated, feature_flags,"
            + " group_name, retry_waits, created, updated FROM event_type WHERE environment = ? ORDER BY name",
        environment);
  }

  public static @Nullable String setting(Reader reader, String name) throws SQLException {
    return reader.one(row -> row.getString(1), "SELECT value FROM setting WHERE name = ?", name);
  }
}
