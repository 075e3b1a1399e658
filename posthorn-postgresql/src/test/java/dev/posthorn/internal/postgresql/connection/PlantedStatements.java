package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Statements and conditions on the table {@code mark}, for tests of the writer. */
final class PlantedStatements {
  private PlantedStatements() {}

  /** Returns statements that insert a number and the next one. */
  static Writer.Statements marks(int number) {
    return new Writer.Statements() {
      @Override
      public String sql() {
        return "INSERT INTO posthorn.mark VALUES (?); INSERT INTO posthorn.mark VALUES (?)";
      }

      @Override
      public void bind(PreparedStatement statement) throws SQLException {
        statement.setInt(1, number);
        statement.setInt(2, number + 1);
      }
    };
  }

  /** Returns a condition that holds, or that fails with {@link Reason#STALE}. */
  static Writer.Condition condition(boolean holds) {
    return new Writer.Condition() {
      @Override
      public String sql() {
        return "SELECT count(*) FROM posthorn.mark";
      }

      @Override
      public void check(ResultSet row) {
        if (!holds) {
          throw new StoreException(Reason.STALE, "planted", null);
        }
      }
    };
  }
}
