package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Keeps {@link Progress} in memory and writes it when it has changed. */
public final class ProgressTable implements TransactionAware {
  private final PreparedStatement update;
  private volatile Progress saved;
  private Progress next;

  public ProgressTable(Statements statements) throws SQLException {
    try (ResultSet row =
        statements
            .get(
                "SELECT id_floor, messages_indexed, attempts_indexed, messages_retained,"
                    + " attempts_retained FROM progress")
            .executeQuery()) {
      saved =
          new Progress(
              row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }
    next = saved;
    update =
        statements.get(
            "UPDATE progress SET id_floor = ?, messages_indexed = ?, attempts_indexed = ?,"
                + " messages_retained = ?, attempts_retained = ?");
  }

  /** Returns the committed progress; any thread may call it. */
  public Progress saved() {
    return saved;
  }

  /** Returns the progress that the current transaction will commit. */
  public Progress next() {
    return next;
  }

  public void next(Progress progress) {
    next = progress;
  }

  public void write() throws SQLException {
    if (next.equals(saved)) {
      return;
    }
    update.setLong(1, next.idFloor());
    update.setLong(2, next.messagesIndexed());
    update.setLong(3, next.attemptsIndexed());
    update.setLong(4, next.messagesRetained());
    update.setLong(5, next.attemptsRetained());
    update.executeUpdate();
  }

  @Override
  public void committed() {
    saved = next;
  }

  @Override
  public void rolledBack() {
    next = saved;
  }
}
