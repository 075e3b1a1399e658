package dev.posthorn.spi.transport;

import dev.posthorn.spi.runtime.Loop;
import java.util.function.Consumer;

/**
 * Makes HTTP exchanges with receivers that may be slow, broken or hostile.
 *
 * <p>An implementation resolves the host, checks every address against its policy, connects to the
 * address it checked, never follows a redirect, keeps no cookie, and bounds time and bytes as the
 * {@link HttpRequest} says. Whatever a receiver does becomes an {@link ExchangeResult}. What this
 * process is short of is told apart from that: {@link ErrorClass.OwnShortage}. It copies at most 96
 * KB of a body at one time, however large it is and however slowly it is taken.
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts one exchange.
   *
   * @param loop one of the engine's event loops; the caller runs on it
   * @param request what to send and within which limits
   * @param done called exactly once, on {@code loop}, never from within this call
   */
  void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done);

  /**
   * Returns how many connections there may be; an exchange that finds none ends with {@link
   * ErrorClass.OwnShortage}.
   */
  default int connections() {
    return Integer.MAX_VALUE;
  }

  /** Closes all connections. Exchanges under way end with {@link ErrorClass.OwnShortage}. */
  @Override
  void close();
}
