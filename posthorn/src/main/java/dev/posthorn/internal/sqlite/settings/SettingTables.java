package dev.posthorn.internal.sqlite.settings;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.Values;
import dev.posthorn.internal.sqlite.history.Removals;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.CancelMark;
import dev.posthorn.spi.store.ConsumerRow;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EnvironmentRow;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.TaskRow;
import dev.posthorn.spi.store.TokenRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what is configured. */
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
      case SettingChange.PutToken put -> put(put.row());
      case SettingChange.RemoveToken(long id) -> remove("DELETE FROM token WHERE id = ?", id);
      case SettingChange.PutTask put -> put(put.row());
      case SettingChange.RemoveTask(long id) -> remove("DELETE FROM task WHERE id = ?", id);
      case SettingChange.PutApplication put -> put(put.row());
      case SettingChange.RemoveApplication(long id) ->
          remove("DELETE FROM application WHERE id = ?", id);
      case SettingChange.PutEndpoint put -> put(put.row());
      case SettingChange.RemoveEndpoint(long id) -> removeEndpoint(id);
      case SettingChange.PutSecret put -> put(put.row());
      case SettingChange.RemoveSecret(long endpoint, int slot) ->
          remove("DELETE FROM secret WHERE endpoint = ? AND slot = ?", endpoint, slot);
      case SettingChange.PutLaneState put -> put(put.row());
      case SettingChange.PutConsumer put -> put(put.row());
      case SettingChange.RemoveConsumer(long endpoint, String name) ->
          run("DELETE FROM consumer WHERE endpoint = ? AND name = ?", endpoint, name);
      case SettingChange.PutCancelMark put -> put(put.mark());
      case SettingChange.RemoveCancelMark(long message, long endpoint) ->
          run("DELETE FROM cancel_mark WHERE message = ? AND endpoint = ?", message, endpoint);
      case SettingChange.PutEventType put -> put(put.row());
      case SettingChange.RemoveEventType(long environment, String name) ->
          remove("DELETE FROM event_type WHERE environment = ? AND name = ?", environment, name);
      case SettingChange.PutSetting put -> put(put.name(), put.value());
    }
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

  private void put(TokenRow row) throws SQLException {
    run(
        "INSERT INTO token(id, environment, application, kind, name, hash, hint, scopes, created,"
            + " expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
            + " environment = excluded.environment, application = excluded.application,"
            + " kind = excluded.kind, name = excluded.name, hash = excluded.hash,"
            + " hint = excluded.hint, scopes = excluded.scopes, created = excluded.created,"
            + " expires = excluded.expires",
        row.id(),
        row.environment(),
        row.application(),
        Values.code(row.kind()),
        row.name(),
        row.hash(),
        row.hint(),
        Values.ofStrings(row.scopes()),
        row.created(),
        row.expires());
  }

  private void put(TaskRow row) throws SQLException {
    run(
        "INSERT INTO task(id, environment, application, type, status, data, created, updated)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
            + " environment = excluded.environment, application = excluded.application,"
            + " type = excluded.type, status = excluded.status, data = excluded.data,"
            + " created = excluded.created, updated = excluded.updated",
        row.id(),
        row.environment(),
        row.application(),
        row.type(),
        row.status(),
        row.data(),
        row.created(),
        row.updated());
  }

  private void put(ApplicationRow row) throws SQLException {
    run(
        "INSERT INTO application(id, environment, uid, name, rate_limit, metadata, created, updated)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
            + " environment = excluded.environment, uid = excluded.uid, name = excluded.name,"
            + " rate_limit = excluded.rate_limit, metadata = excluded.metadata,"
            + " created = excluded.created, updated = excluded.updated",
        row.id(),
        row.environment(),
        row.uid(),
        row.name(),
        row.rateLimit(),
        Values.ofMap(row.metadata()),
        row.created(),
        row.updated());
  }

  private void put(EndpointRow row) throws SQLException {
    EndpointSpec spec = row.spec();
    EndpointPolicy policy = spec.policy();
    run(
        "INSERT INTO endpoint(id, application, uid, url, description, event_types, channels, ordered,"
            + " rate_limit, concurrency, timeout_millis, retry_waits, wire_format, state, metadata,"
            + " created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT(id) DO UPDATE SET application = excluded.application,"
            + " uid = excluded.uid, url = excluded.url, description = excluded.description,"
            + " event_types = excluded.event_types, channels = excluded.channels,"
            + " ordered = excluded.ordered, rate_limit = excluded.rate_limit,"
            + " concurrency = excluded.concurrency, timeout_millis = excluded.timeout_millis,"
            + " retry_waits = excluded.retry_waits, wire_format = excluded.wire_format,"
            + " state = excluded.state, metadata = excluded.metadata, created = excluded.created,"
            + " updated = excluded.updated",
        row.id(),
        row.application(),
        spec.uid(),
        spec.url(),
        spec.description(),
        Values.ofStrings(spec.eventTypes()),
        Values.ofStrings(spec.channels()),
        policy.ordered(),
        policy.rateLimit(),
        policy.concurrency(),
        policy.timeoutMillis(),
        Values.ofLongs(policy.retryWaits()),
        policy.wireFormat(),
        Values.code(row.state()),
        Values.ofMap(spec.metadata()),
        row.created(),
        row.updated());
  }

  private void removeEndpoint(long id) throws SQLException {
    remove("DELETE FROM endpoint WHERE id = ?", id);
    remove("DELETE FROM secret WHERE endpoint = ?", id);
    run("DELETE FROM lane_state WHERE endpoint = ?", id);
    run("DELETE FROM consumer WHERE endpoint = ?", id);
  }

  private void put(SecretRow row) throws SQLException {
    run(
        "INSERT INTO secret(endpoint, slot, key_id, ciphertext, expires) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT DO UPDATE SET key_id = excluded.key_id,"
            + " ciphertext = excluded.ciphertext, expires = excluded.expires",
        row.endpoint(),
        row.slot(),
        row.keyId(),
        row.ciphertext(),
        row.expires());
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

  private void put(ConsumerRow row) throws SQLException {
    run(
        "INSERT INTO consumer(endpoint, name, position, updated) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT DO UPDATE SET position = excluded.position, updated = excluded.updated",
        row.endpoint(),
        row.name(),
        row.position(),
        row.updated());
  }

  private void put(CancelMark mark) throws SQLException {
    run(
        "INSERT INTO cancel_mark(message, endpoint, up_to) VALUES (?, ?, ?)"
            + " ON CONFLICT DO UPDATE SET up_to = excluded.up_to",
        mark.message(),
        mark.endpoint(),
        mark.upTo());
  }

  private void put(EventTypeRow row) throws SQLException {
    run(
        "INSERT INTO event_type(environment, name, description, schemas, archived, deprecated,"
            + " feature_flags, group_name, retry_waits, created, updated)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            + " description = excluded.description, schemas = excluded.schemas,"
            + " archived = excluded.archived, deprecated = excluded.deprecated,"
            + " feature_flags = excluded.feature_flags, group_name = excluded.group_name,"
            + " retry_waits = excluded.retry_waits, created = excluded.created,"
            + " updated = excluded.updated",
        row.environment(),
        row.name(),
        row.description(),
        row.schemas(),
        row.archived(),
        row.deprecated(),
        Values.ofStrings(row.featureFlags()),
        row.groupName(),
        Values.ofLongs(row.retryWaits()),
        row.created(),
        row.updated());
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

  /** Removes what may be told nobody any more: names, URLs, secrets, the message of a task. */
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
