package dev.posthorn.internal.inbox;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A database of a test, with the inbox and a table of the test's own, {@code invoice}. */
final class InboxDatabase extends PlainDataSource {
  private final String url;
  private final String script;

  /**
   * Creates both tables.
   *
   * @param script the name of the file with the definition of the inbox, without its ending
   */
  InboxDatabase(String url, String script) {
    this(url, script, true);
  }

  private InboxDatabase(String url, String script, boolean create) {
    this.url = url;
    this.script = script;
    if (create) {
      createInbox();
      execute("CREATE TABLE invoice (id VARCHAR(40) PRIMARY KEY)");
    }
  }

  /** Returns a database that has both tables. */
  static InboxDatabase existing(String url, String script) {
    return new InboxDatabase(url, script, false);
  }

  void createInbox() {
    for (String statement : statements(script)) {
      execute(statement);
    }
  }

  /** Returns the statements of a file with the definition of the inbox. */
  static List<String> statements(String script) {
    String name = "/dev/posthorn/inbox/" + script + ".sql";
    try (InputStream file = InboxDatabase.class.getResourceAsStream(name)) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      return text.replaceAll("(?m)^--.*\n", "")
          .lines()
          .reduce("", (all, line) -> all + line + "\n")
          .transform(all -> List.of(all.strip().split(";\\s*")));
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  String url() {
    return url;
  }

  void execute(String sql) {
    try (Connection connection = getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Returns the first column of a query's rows. */
  List<@Nullable String> query(String sql) {
    try (Connection connection = getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<@Nullable String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  int rows() {
    return Integer.parseInt(
        Objects.requireNonNull(query("SELECT COUNT(*) FROM posthorn_inbox").getFirst()));
  }

  /** Waits until the inbox is empty. */
  void awaitEmpty() {
    try (Connection connection = getConnection(); // one for all looks: a new one takes long
        PreparedStatement first =
            connection.prepareStatement("SELECT message_id FROM posthorn_inbox")) {
      first.setMaxRows(1);
      Await.until("the inbox is empty", () -> isEmpty(first));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isEmpty(PreparedStatement first) {
    try (ResultSet rows = first.executeQuery()) {
      return !rows.next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    return DriverManager.getConnection(url);
  }
}
