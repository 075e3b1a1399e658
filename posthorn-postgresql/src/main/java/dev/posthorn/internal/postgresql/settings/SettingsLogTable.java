package dev.posthorn.internal.postgresql.settings;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.rows.RecordText;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.Replicated;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version of the settings, and the log of their changes. */
public final class SettingsLogTable {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsLogTable.class);

  /** The largest page that is read, in bytes, unless one entry is larger. */
  private static final int PAGE_BYTES = 4 << 20;

  private static final String VERSION = "SELECT version FROM posthorn.settings_head";

  // Another process that advances the version waits for the row, and then finds another version.
  // If this one finds another, it inserts nothing, since the version has an entry.
  private static final String APPEND =
      "UPDATE posthorn.settings_head SET version = version + 1 WHERE ? IN (version, "
          + Batch.ANY_VERSION
          + ");\nINSERT INTO posthorn.settings_log(version, batch, changes)"
          + " SELECT version, ?, ? FROM posthorn.settings_head ON CONFLICT DO NOTHING";

  private static final String HAS =
      "SELECT 1 FROM posthorn.settings_log WHERE version = ? AND batch = ?";

  private static final String AFTER =
      "SELECT head.version, page.version, page.changes FROM posthorn.settings_head head LEFT JOIN"
          + " (SELECT version, changes, sum(octet_length(changes)) OVER (ORDER BY version)"
          + " - octet_length(changes) AS before FROM (SELECT version, changes"
          + " FROM posthorn.settings_log WHERE version > ? ORDER BY version LIMIT ?) next) page"
          + " ON page.before < ? ORDER BY page.version";

  private static final RecordText<Replicated> TEXT =
      new RecordText<>(
          Replicated.class,
          List.of(
              SettingChange.PutEnvironment.class,
              SettingChange.RemoveEnvironment.class,
              SettingChange.PutToken.class,
              SettingChange.RemoveToken.class,
              SettingChange.PutApplication.class,
              SettingChange.RemoveApplication.class,
              SettingChange.PutEndpoint.class,
              SettingChange.RemoveEndpoint.class,
              SettingChange.PutSecret.class,
              SettingChange.RemoveSecret.class,
              SettingChange.ForgiveFailures.class,
              SettingChange.PutEventType.class,
              SettingChange.RemoveEventType.class));

  private SettingsLogTable() {}

  // ---- the writer ----------------------------------------------------------------------------

  /** Returns the condition that the settings have the version that a batch was prepared with. */
  public static Writer.Condition version(Batch batch) {
    return new Writer.Condition() {
      @Override
      public String sql() {
        return VERSION;
      }

      @Override
      public void check(ResultSet row) throws SQLException {
        batch.requireVersion(row.getLong(1));
      }
    };
  }

  /** Advances the version, and keeps the changes of a batch, if it has any for all processes. */
  public static void append(Session session, Batch batch) throws SQLException {
    List<Replicated> changes = batch.replicated();
    if (changes.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = session.prepare(APPEND)) {
      Query.set(statement, batch.settingsVersion, batch.mark(), TEXT.write(changes));
      statement.execute();
      if (statement.getUpdateCount() == 0) {
        batch.requireVersion(version(session)); // advanced since the transaction began
      }
    }
  }

  /** Returns whether a batch is the one that advanced the version from its own. */
  public static boolean has(Session session, Batch batch) throws SQLException {
    Integer found =
        Query.one(session, row -> row.getInt(1), HAS, batch.settingsVersion + 1, batch.mark());
    return found != null;
  }

  // ---- readers -------------------------------------------------------------------------------

  /** Returns the version of the settings. */
  public static long version(Session session) throws SQLException {
    return Query.list(session, row -> row.getLong(1), VERSION).getFirst();
  }

  /** Reads a page of the log. */
  public static SettingsLog after(Session session, long version, int limit) throws SQLException {
    List<Line> lines = Query.list(session, Line::of, AFTER, version, limit, PAGE_BYTES);
    if (lines.getFirst().head == version) {
      return new SettingsLog(true, List.of());
    }
    List<SettingsLog.Entry> entries = new ArrayList<>();
    for (Line line : lines) {
      if (line.text == null || line.version != version + 1 + entries.size()) {
        return SettingsLog.tooShort();
      }
      try {
        entries.add(new SettingsLog.Entry(line.version, TEXT.read(line.text)));
      } catch (IllegalArgumentException e) {
        // All processes have the same schema, so what is in the tables can be read.
        LOG.warn(
            "Entry {} of the settings log unreadable, all settings are read instead: {}",
            line.version,
            e.getMessage());
        return SettingsLog.tooShort();
      }
    }
    return new SettingsLog(true, entries);
  }

  /** A row of the result: the present version, and an entry if there is one. */
  private record Line(long head, long version, @Nullable String text) {
    static Line of(ResultSet row) throws SQLException {
      return new Line(row.getLong(1), row.getLong(2), row.getString(3));
    }
  }
}
