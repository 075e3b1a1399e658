package dev.posthorn.server.api.attempt;

import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.transport.ErrorClass;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The error and response of an attempt.
 *
 * @param error the stable name of the error, or null
 * @param text the response, or the reason that there was none
 */
record AttemptFailure(@Nullable String error, String text) {
  private static final String DNS = new ErrorClass.Dns().code();
  private static final String REFUSED_ADDRESS = new ErrorClass.RefusedAddress().code();
  private static final String CONNECT = new ErrorClass.Connect().code();

  /**
   * Returns the error and response to show.
   *
   * @param customer whether the reader is a customer, who must not learn which names exist in the
   *     server's network and what listens there: a name with a forbidden address looks like one
   *     that does not exist, and a failed connection has no reason
   */
  static AttemptFailure of(AttemptRow row, boolean customer) {
    String error = row.error();
    if (customer && row.status() == 0 && error != null) {
      if (error.equals(DNS) || error.equals(REFUSED_ADDRESS)) {
        return new AttemptFailure(DNS, "the host has no address that the server may connect to");
      }
      if (error.equals(CONNECT)) {
        return new AttemptFailure(error, "the connection could not be established, or it broke");
      }
    }
    return new AttemptFailure(error, text(row));
  }

  /** Returns the response or, for clients that do not know {@code error}, the error. */
  private static String text(AttemptRow row) {
    String error = row.error();
    return row.excerpt().length == 0 && row.status() == 0 && error != null
        ? error
        : new String(row.excerpt(), StandardCharsets.UTF_8);
  }
}
