package dev.posthorn.bench.delivery;

import java.sql.SQLException;
import java.util.List;

/**
 * Three tables for the floor: a message stays, its live row goes with its outcome, and the outcome
 * is an attempt.
 */
interface FloorStore extends AutoCloseable {
  /** The most messages and outcomes of a commit. */
  int MAX_BATCH = 2_000;

  /** Returns the highest id of an attempt, or 0. */
  long lastId() throws SQLException;

  /**
   * Commits messages that are new and outcomes of those that were sent, all together.
   *
   * @return the time of the commit in nanoseconds
   */
  long write(List<FloorItem> batch) throws SQLException;

  @Override
  void close() throws SQLException;
}
