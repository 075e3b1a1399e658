package dev.posthorn.internal.inbox;

/**
 * The statements of the inbox for one table. All are portable; {@link Dialect} has the rest.
 *
 * @param table the name of the table, checked by {@code InboxOptions}
 * @param dialect the dialect of the database
 */
record InboxSql(String table, Dialect dialect) {
  /** Payloads up to this size are read with their rows, larger ones one by one. */
  static final int INLINE_BYTES = 16_384;

  private static final String WRITTEN =
      "message_id, application, type, payload, payload_key, content_type, channels, tags, event_id,"
          + " deliver_at, expires_at, payload_retention, sender_times, traceparent, tracestate,"
          + " created_at";

  /** Inserts a row; {@link InboxWriter} sets the parameters. */
  static String insert(String table) {
    return "INSERT INTO "
        + table
        + " ("
        + WRITTEN
        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  }

  private String select() {
    return "SELECT id, message_id, application, type, content_type, channels, tags, event_id,"
        + " deliver_at, expires_at, payload_retention, sender_times, created_at, tries,"
        + " traceparent, tracestate, payload_key, "
        + dialect.payloadBytes()
        + ", CASE WHEN "
        + dialect.payloadBytes()
        + " <= "
        + INLINE_BYTES
        + " THEN payload END FROM "
        + table
        + dialect.skipLocked();
  }

  /** Selects the oldest rows with an id greater than the parameter that nobody has refused yet. */
  String page(int rows) {
    return select() + " WHERE retry_at = 0 AND id > ? ORDER BY id" + dialect.limit(rows);
  }

  /**
   * Selects rows that are to be tried again by now, the parameter. It is a range of the index: rows
   * that nobody has refused, of which there may be many, are not read.
   */
  String due(int rows) {
    return retries("retry_at > 0 AND retry_at <= ?", rows);
  }

  /**
   * Selects rows that are to be tried again after the parameter, the latest time at which a row may
   * have to be: a later one was set by a clock that was wrong.
   */
  String dueTooLate(int rows) {
    return retries("retry_at > ?", rows);
  }

  private String retries(String condition, int rows) {
    return select() + " WHERE " + condition + " ORDER BY retry_at, id" + dialect.limit(rows);
  }

  /** Selects the payload of a row by its id. */
  String payload() {
    return "SELECT payload FROM " + table + dialect.skipLocked() + " WHERE id = ?";
  }

  /** Deletes rows by their message ids. */
  String delete(int rows) {
    return "DELETE FROM " + table + " WHERE message_id IN (?" + ", ?".repeat(rows - 1) + ")";
  }

  /** Notes that a row was refused: time of the next try or null, number of tries, problem, id. */
  String refuse() {
    return "UPDATE " + table + " SET retry_at = ?, tries = ?, problem = ? WHERE message_id = ?";
  }

  /** Lets the relay try all rejected rows again. */
  String retryRejected() {
    return "UPDATE " + table + " SET retry_at = 0, tries = 0 WHERE retry_at IS NULL";
  }

  /** Counts rejected rows. */
  String countRejected() {
    return "SELECT COUNT(*) FROM " + table + dialect.skipLocked() + " WHERE retry_at IS NULL";
  }

  /** Returns statements that do nothing, but fail if a column or a privilege is missing. */
  String[] probes() {
    return new String[] {
      select() + " WHERE id < 0",
      "SELECT " + WRITTEN + ", retry_at, problem FROM " + table + " WHERE id < 0",
      "UPDATE " + table + " SET retry_at = 0, tries = 0, problem = NULL WHERE id < 0",
      "DELETE FROM " + table + " WHERE id < 0"
    };
  }
}
