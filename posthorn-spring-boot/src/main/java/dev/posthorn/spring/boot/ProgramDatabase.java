package dev.posthorn.spring.boot;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The database of the program: the marked {@code DataSource}, or else the primary or only one.
 *
 * @param chosen the source, or null if there is none or nobody can tell which
 * @param sources the number of sources
 */
record ProgramDatabase(@Nullable DataSource chosen, long sources) {

  /** Finds the database among the beans. */
  static ProgramDatabase of(ObjectProvider<DataSource> all, ObjectProvider<DataSource> marked) {
    DataSource one = marked.getIfAvailable();
    return one != null
        ? new ProgramDatabase(one, 1)
        : new ProgramDatabase(all.getIfUnique(), all.stream().count());
  }

  /** Returns the source, or null if there is none. Fails if there are several to choose from. */
  @Nullable DataSource orNone(String remedy) {
    if (chosen == null && sources > 1) {
      throw PosthornException.invalid(
          "dataSource",
          "there are "
              + sources
              + " beans of this type, and none is primary; mark one with @PosthornDataSource or"
              + " @Primary, or "
              + remedy);
    }
    return chosen;
  }

  /** Returns whether a source connects to PostgreSQL, which it is asked for. */
  static boolean isPostgresql(DataSource source) {
    try (Connection connection = source.getConnection()) {
      return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    } catch (SQLException e) {
      throw new PosthornException(
          Reason.STORE_FAILED,
          "dataSource: it cannot be asked for the kind of its database: "
              + e.getMessage()
              + "; start the database, or set posthorn.store.type to file or postgresql",
          e);
    }
  }
}
