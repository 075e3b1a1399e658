package dev.posthorn.server.api.attempt;

import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.transport.ErrorClass;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt says of its end.
 *
 * @param error the stable name of what went wrong, or null
 * @param text the response, or why there was none
 */
record AttemptFailure(@Nullable String error, String text) {
  private static final String DNS = new ErrorClass.Dns().code();
  private static final String REFUSED_ADDRESS = new ErrorClass.RefusedAddress().code();
  private static final String CONNECT = new ErrorClass.Connect().code();

  /**
   * Returns what is shown of an attempt.
   *
   * @param customer whether a customer looks. Which names exist in the network around the server,
   *     and what listens there, is none of theirs: a name that leads to an address which may not be
   *     connected to looks to them like one that does not exist, and a connection that was not made
   *     has no reason
   */
  static AttemptFailure of(AttemptRow row, boolean customer) {
    String error = row.error();
    if (customer && row.status() == 0 && error != null) {
      if (error.equals(DNS) || error.equals(REFUSED_ADDRESS)) {
        return new AttemptFailure(DNS, "the host has no address that may be connected to");
      }
      if (error.equals(CONNECT)) {
        return new AttemptFailure(error, "no connection could be made, or it broke");
      }
    }
    return new AttemptFailure(error, text(row));
  }

  /** Clients that know nothing of {@code error} find it where a response would be. */
  private static String text(AttemptRow row) {
    String error = row.error();
    return row.excerpt().length == 0 && row.status() == 0 && error != null
        ? error
        : new String(row.excerpt(), StandardCharsets.UTF_8);
  }
}
