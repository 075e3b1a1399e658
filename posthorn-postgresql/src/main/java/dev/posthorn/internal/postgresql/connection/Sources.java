package dev.posthorn.internal.postgresql.connection;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import com.zaxxer.hikari.util.DriverDataSource;
import dev.posthorn.internal.rules.StoreUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

/**
 * Openers of connections, from what a user gave. A pool of HikariCP only tells how to connect: its
 * connections stay with the user's program, so that neither can take them all from the other.
 */
final class Sources {
  /** Defaults of a URL, which may set others. */
  private static final Properties DEFAULTS = defaults();

  private Sources() {}

  static ConnectionSource of(String url) {
    return new ConnectionSource() {
      @Override
      public Connection open() throws SQLException {
        return DriverManager.getConnection(url, DEFAULTS);
      }

      @Override
      public boolean ends() {
        return true;
      }

      @Override
      public String describe() {
        return StoreUrl.shown(url);
      }
    };
  }

  static ConnectionSource of(DataSource given) {
    HikariDataSource pool = pool(given);
    DataSource source = pool == null ? given : underlying(pool);
    boolean ends = source instanceof PGSimpleDataSource || source instanceof DriverDataSource;
    String url = pool == null ? null : pool.getJdbcUrl();
    String described =
        url != null
            ? StoreUrl.shown(url)
            : source instanceof BaseDataSource driver
                ? StoreUrl.shown(driver.getURL())
                : "the DataSource " + source.getClass().getName();
    return new ConnectionSource() {
      @Override
      public Connection open() throws SQLException {
        return pool == null ? source.getConnection() : connect(pool, source);
      }

      @Override
      public boolean ends() {
        return ends;
      }

      @Override
      public String describe() {
        return described;
      }
    };
  }

  private static @Nullable HikariDataSource pool(DataSource given) {
    if (given instanceof HikariDataSource pool) {
      return pool;
    }
    try {
      return given.isWrapperFor(HikariDataSource.class)
          ? given.unwrap(HikariDataSource.class)
          : null;
    } catch (SQLException | RuntimeException e) {
      return null; // a wrapper that does not tell is used as it is
    }
  }

  /** Returns where a pool gets its connections from. */
  private static DataSource underlying(HikariDataSource pool) {
    if (pool.getDataSource() != null) {
      return pool.getDataSource();
    }
    if (pool.getJdbcUrl() != null) {
      Properties properties = new Properties();
      properties.putAll(DEFAULTS);
      properties.putAll(pool.getDataSourceProperties());
      return new DriverDataSource(
          pool.getJdbcUrl(),
          pool.getDriverClassName(),
          properties,
          pool.getUsername(),
          pool.getPassword());
    }
    return pool; // made by a class name or JNDI: used as any other pool
  }

  /** Connects as the pool would now: its password may have changed since it was made. */
  @SuppressWarnings("ReferenceEquality") // a pool is itself
  private static Connection connect(HikariDataSource pool, DataSource source) throws SQLException {
    if (source == pool) {
      return source.getConnection();
    }
    Credentials now = credentials(pool);
    Connection connection =
        now.getUsername() == null
            ? source.getConnection()
            : source.getConnection(now.getUsername(), now.getPassword());
    String init = pool.getConnectionInitSql();
    if (init != null) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(init);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  private static Credentials credentials(HikariDataSource pool) {
    try {
      Credentials provided = Provided.by(pool);
      if (provided != null) {
        return provided;
      }
    } catch (LinkageError e) {
      // HikariCP 6 has no providers.
    }
    return pool.getCredentials();
  }

  /** Credentials that the program makes for each connection, such as a token that expires. */
  private static final class Provided {
    static @Nullable Credentials by(HikariDataSource pool) {
      HikariCredentialsProvider provider = pool.getCredentialsProvider();
      return provider == null ? null : provider.getCredentials();
    }
  }

  private static Properties defaults() {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "posthorn");
    return properties;
  }
}
