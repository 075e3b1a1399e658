package dev.posthorn.internal.postgresql.connection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.posthorn.internal.fair.FairGate;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reads of the engine and of users' lists, on a pool of connections. A gate for each admits no
 * more reads than it has connections, so nobody waits for one, and lists never take the engine's.
 */
final class PooledReaders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PooledReaders.class);

  /**
   * The waits for a connection that together last as long as opening one may. If opening fails, the
   * pool tries again until the first wait ends, and then nobody waits any longer.
   */
  private static final int WAITS = 2;

  private final PreparedDataSource source;
  private final HikariDataSource pool;
  private final SchemaName schema;
  private final Errors errors;
  private final SilenceWatch silence;
  private final FairGate engine;
  private final FairGate lists;
  private final int engineReaders;
  private final int listReaders;
  private volatile boolean closed;

  /**
   * Creates a pool, which opens connections when they are needed.
   *
   * @param engineReaders the number of concurrent reads of the engine
   * @param listReaders the number of concurrent lists
   */
  PooledReaders(
      PreparedDataSource source,
      SchemaName schema,
      Errors errors,
      SilenceWatch silence,
      int engineReaders,
      int listReaders) {
    this.source = source;
    this.schema = schema;
    this.errors = errors;
    this.silence = silence;
    this.engineReaders = engineReaders;
    this.listReaders = listReaders;
    this.engine = new FairGate(engineReaders);
    this.lists = new FairGate(listReaders);
    this.pool = new HikariDataSource(config(source, engineReaders + listReaders));
  }

  private static HikariConfig config(PreparedDataSource source, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("posthorn-readers");
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0); // then a pause between two attempts to connect stays short
    config.setConnectionTimeout(source.openingLimit().toMillis() / WAITS);
    config.setValidationTimeout(Duration.ofSeconds(2).toMillis());
    config.setIdleTimeout(Duration.ofMinutes(10).toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    config.setExceptionOverride(new NoEviction());
    return config;
  }

  /** Returns the reads of the engine. */
  Readers forEngine() {
    return new Through(engine, Owner.NOBODY, false);
  }

  /** Returns the lists of an owner, who takes turns with others. */
  Readers forLists(Owner owner) {
    return new Through(lists, owner, false);
  }

  /** The reads of an owner, through a gate. */
  private final class Through implements Readers {
    private final FairGate gate;
    private final Owner owner;
    private final boolean one;

    Through(FairGate gate, Owner owner, boolean one) {
      this.gate = gate;
      this.owner = owner;
      this.one = one;
    }

    @Override
    public <T> @Nullable T find(Find<T> find) {
      gate.enter(owner);
      try {
        return PooledReaders.this.find(find, one);
      } finally {
        gate.leave();
      }
    }

    @Override
    public Readers ofOneStatement() {
      return new Through(gate, owner, true);
    }
  }

  private <T> @Nullable T find(Readers.Find<T> find, boolean one) {
    try {
      try {
        return attempt(find, one);
      } catch (SQLException e) {
        if (!Errors.mayPassOnFreshConnection(e) || closed) {
          throw e;
        }
        evict(); // the others were opened before it, too
        return attempt(find, one);
      }
    } catch (SQLException e) {
      throw closed ? closed() : errors.of(e);
    }
  }

  private <T> @Nullable T attempt(Readers.Find<T> find, boolean one) throws SQLException {
    if (closed) {
      throw closed();
    }
    Connection connection = connection();
    boolean intact = false;
    try {
      T found = watched(connection, find, one);
      intact = true;
      return found;
    } finally {
      if (!intact) {
        pool.evictConnection(connection);
      }
      connection.close();
    }
  }

  private Connection connection() throws SQLException {
    for (int wait = 1; ; wait++) {
      try {
        return pool.getConnection();
      } catch (SQLTransientConnectionException e) {
        boolean failed = SqlState.of(e) != null; // if not, one is being opened, slowly
        if (failed || closed || wait == WAITS) {
          throw e;
        }
      }
    }
  }

  private <T> @Nullable T watched(Connection connection, Readers.Find<T> find, boolean one)
      throws SQLException {
    SilenceWatch.Watched watched =
        silence.begin(source.process(connection), () -> abort(connection));
    try {
      return ReadTransaction.run(new Session(connection, schema), source.prelude(), find, one);
    } finally {
      if (!silence.end(watched)) {
        pool.evictConnection(connection);
      }
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("Failed to abort a connection", e);
    }
  }

  private void evict() {
    HikariPoolMXBean bean = pool.getHikariPoolMXBean();
    if (bean != null) {
      bean.softEvictConnections();
    }
  }

  private static StoreException closed() {
    return new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
  }

  /** Rejects new reads, waits for running ones, and closes the connections. */
  @Override
  public void close() {
    closed = true;
    drain(engine, engineReaders);
    drain(lists, listReaders);
    pool.close();
  }

  /** Waiting reads still get their turn, and are rejected. */
  private static void drain(FairGate gate, int places) {
    for (int i = 0; i < places; i++) {
      gate.enter(Owner.NOBODY);
    }
    for (int i = 0; i < places; i++) {
      gate.leave();
    }
  }
}
