package dev.posthorn.spring.boot;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of the inbox in the program's database, created from the file for that database. */
final class InboxTable {
  private static final Logger LOG = LoggerFactory.getLogger(InboxTable.class);
  private static final String NAME = "posthorn_inbox";

  /** The files by what the names of products contain. */
  private static final Map<String, String> FILES =
      Map.of(
          "postgresql", "postgresql",
          "mysql", "mysql",
          "mariadb", "mariadb",
          "oracle", "oracle",
          "microsoft sql server", "sqlserver",
          "h2", "h2",
          "sqlite", "sqlite");

  private final DataSource dataSource;
  private final String name;

  InboxTable(DataSource dataSource, String name) {
    this.dataSource = dataSource;
    this.name = name;
  }

  /** Creates the table unless it exists. Several processes may do so at the same time. */
  void createIfMissing() {
    try (Connection connection = dataSource.getConnection()) {
      if (!exists(connection)) {
        create(connection);
      }
    } catch (SQLException e) {
      throw new PosthornException(
          Reason.STORE_FAILED,
          "posthorn.inbox.table: "
              + name
              + " cannot be created: "
              + e.getMessage()
              + "; create it with your migration tool and set posthorn.inbox.schema-mode=check, or"
              + " set posthorn.inbox.enabled=false",
          e);
    }
  }

  private boolean exists(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT message_id FROM " + name + " WHERE 1 = 0").close();
      return true;
    } catch (SQLException e) {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      return false;
    }
  }

  private void create(Connection connection) throws SQLException {
    String script = script(connection.getMetaData().getDatabaseProductName());
    try (Statement statement = connection.createStatement()) {
      for (String sql : script.replaceAll("(?m)^--.*$", "").split(";", -1)) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
      LOG.info("Created the table {} for messages sent in transactions", name);
    } catch (SQLException e) {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      if (!exists(connection)) { // or another process was faster
        throw e;
      }
    }
  }

  /** Returns the definition for a database, with the name of the table. */
  private String script(String product) {
    String shown = String.valueOf(product);
    String file =
        FILES.entrySet().stream()
            .filter(one -> shown.toLowerCase(Locale.ROOT).contains(one.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(
                () ->
                    PosthornException.invalid(
                        "posthorn.inbox.table",
                        "there is no definition for "
                            + shown
                            + "; create the table yourself and set posthorn.inbox.schema-mode=check,"
                            + " or set posthorn.inbox.enabled=false"));
    String index = name.substring(name.lastIndexOf('.') + 1) + "_by_retry";
    return read("/dev/posthorn/inbox/" + file + ".sql")
        .replace(NAME + "_by_retry", index)
        .replaceAll("\\b" + NAME + " ", Matcher.quoteReplacement(name + " "));
  }

  private static String read(String resource) {
    try (InputStream in = PosthornException.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
