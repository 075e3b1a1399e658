package dev.posthorn.internal.postgresql.schema;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SchemaName;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.SqlState;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a schema to the newest version by running the numbered scripts it lacks, and checks it.
 * Those who do so at the same time wait for each other: the first locks the table of versions.
 */
public final class Schema {
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  /** Somebody else created the same schema or table at the same moment. */
  private static final Set<String> CREATED_MEANWHILE = Set.of("23505", "42P06", "42P07");

  private static final int MOST_DEADLOCKS = 5;

  private final Database database;
  private final List<Script> scripts;

  /** Creates a reference to the schema of a database, with this version's scripts. */
  public Schema(Database database) {
    this(database, Script.all());
  }

  Schema(Database database, List<Script> scripts) {
    this.database = database;
    this.scripts = scripts;
  }

  /** Returns the version that this release needs. */
  public static int newest() {
    return Script.all().size();
  }

  /** Returns the version of this program. */
  public int version() {
    return scripts.size();
  }

  /** Returns the statements that take a schema from a version to this program's. */
  public static String text(PostgresqlOptions options, int from) {
    SchemaName name = new SchemaName(options.schema());
    StringBuilder text = new StringBuilder();
    if (from == 0) {
      text.append("CREATE SCHEMA IF NOT EXISTS ").append(name.quoted()).append(";\n\n");
      text.append(name.replacedIn(Versions.CREATE_TABLE)).append(";\n\n");
    }
    for (Script script : Script.all()) {
      if (script.version() > from) {
        text.append("-- ").append(script.name()).append("\n\nBEGIN;\n\n");
        text.append(name.replacedIn(Versions.STOP_WRITERS)).append(";\n\n");
        text.append(name.replacedIn(script.text(options.partitionedHistory()))).append('\n');
        text.append(name.replacedIn(Versions.note(script))).append(";\n\nCOMMIT;\n\n");
      }
    }
    return text.toString();
  }

  /**
   * Creates the schema, or runs the scripts that it lacks, each in a transaction of its own.
   *
   * @return the number of scripts that were run
   * @throws StoreException if the schema is one that this program cannot use, or this user may not
   *     change it
   */
  public int migrate() {
    try (SingleConnection connection = database.forSchema()) {
      if (isComplete(connection)) {
        return 0;
      }
      prepare(connection);
      int run = 0;
      while (stepThroughDeadlocks(connection)) {
        run++;
      }
      return run;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Returns whether there is nothing to do, which needs no privilege to change anything. */
  private boolean isComplete(SingleConnection connection) throws SQLException {
    return connection.transact(
        session -> Versions.exist(session) && compare(Versions.applied(session)) == version());
  }

  private void prepare(SingleConnection connection) throws SQLException {
    for (int tries = 0; ; tries++) {
      try {
        connection.transact(
            session -> {
              createSchema(session);
              Versions.run(session, Versions.CREATE_TABLE);
              return true;
            });
        return;
      } catch (SQLException e) {
        if (tries > 0 || !CREATED_MEANWHILE.contains(String.valueOf(SqlState.of(e)))) {
          throw e;
        }
      }
    }
  }

  /** Creates the schema unless it exists: even that check would need the privilege to create it. */
  private void createSchema(Session session) throws SQLException {
    try (var statement =
        session.connection().prepareStatement("SELECT to_regnamespace(?) IS NULL")) {
      statement.setString(1, session.schema().quoted());
      try (var row = statement.executeQuery()) {
        if (row.next() && row.getBoolean(1)) {
          Versions.run(session, "CREATE SCHEMA " + session.schema().quoted());
        }
      }
    }
  }

  /** Runs the next script, again if it lost against a transaction that reads the same tables. */
  private boolean stepThroughDeadlocks(SingleConnection connection) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return connection.transact(this::step);
      } catch (SQLException e) {
        if (tries == MOST_DEADLOCKS || !SqlState.DEADLOCK.equals(SqlState.of(e))) {
          throw e;
        }
        LOG.info("Running the script again after a deadlock: {}", e.getMessage());
      }
    }
  }

  /** Runs the next script; returns whether there was one. */
  private boolean step(Session session) throws SQLException {
    if (Versions.isLocked(session)) {
      LOG.info("Waiting for another process that changes {}", database.where());
    }
    Versions.lock(session);
    int present = compare(Versions.applied(session));
    if (present >= version()) {
      return false;
    }
    Script next = scripts.get(present);
    LOG.info("Running {} in {}", next.name(), database.where());
    Versions.run(session, Versions.STOP_WRITERS);
    Versions.run(session, next.text(database.options().partitionedHistory()));
    Versions.run(session, Versions.note(next));
    return true;
  }

  /**
   * Checks that the schema is complete, and that this user has the privileges that a running
   * program needs. Changes nothing.
   *
   * @throws StoreException if it is not
   */
  public void check() {
    try (SingleConnection connection = database.forSchema()) {
      List<String> missing = connection.transact(Privileges::missing);
      if (!missing.isEmpty()) {
        throw wrong(
            Reason.IO,
            "does not give this user every privilege it needs; run: " + String.join("; ", missing));
      }
      int present =
          connection.transact(
              session -> Versions.exist(session) ? compare(Versions.applied(session)) : 0);
      if (present < version()) {
        throw wrong(
            Reason.CORRUPT,
            (present == 0 ? "does not exist" : "has version " + present)
                + ", and this Posthorn needs version "
                + version()
                + "; run: posthorn schema migrate, or open it with SchemaMode.CREATE");
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /**
   * Compares the scripts that were run with this program's.
   *
   * @return the version, but at most this program's: newer scripts may have been run if they say
   *     that older programs can use the schema
   */
  private int compare(List<Versions.Applied> applied) {
    for (int i = 0; i < applied.size(); i++) {
      Versions.Applied each = applied.get(i);
      if (each.version() != i + 1) {
        throw wrong(Reason.CORRUPT, "lacks version " + (i + 1) + "; restore it from a backup");
      }
      if (i < version()) {
        if (!each.hash().equals(scripts.get(i).hash())) {
          throw wrong(
              Reason.CORRUPT,
              "was created by another script than this Posthorn's "
                  + scripts.get(i).name()
                  + "; use the release that created it, or a new schema");
        }
      } else if (each.oldest() > version()) {
        throw wrong(
            Reason.NEWER_VERSION,
            "was changed by a newer Posthorn (version "
                + each.version()
                + "; this one supports versions up to "
                + version()
                + "); update Posthorn");
      }
    }
    return Math.min(applied.size(), version());
  }

  private StoreException wrong(Reason reason, String problem) {
    return new StoreException(reason, database.where() + " " + problem, null);
  }

  private StoreException failure(SQLException e) {
    if ("42501".equals(SqlState.of(e))) {
      return new StoreException(
          Reason.IO,
          database.where()
              + ": this user may not create or change the schema; run \"posthorn schema migrate\""
              + " as a user who may, or grant it: GRANT CREATE ON DATABASE … TO … ("
              + e.getMessage()
              + ")",
          e);
    }
    return database.errors().of(e);
  }
}
