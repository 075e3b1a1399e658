package dev.posthorn.spi.transport;

import dev.posthorn.spi.runtime.Loop;
import java.util.function.Consumer;

/**
 * Makes HTTP exchanges with receivers that may be slow, broken or hostile.
 *
 * <p>An implementation resolves the host, checks every address against its policy, connects to the
 * address it checked, never follows a redirect, keeps no cookie, and limits time and bytes as the
 * {@link HttpRequest} says. Whatever a receiver does becomes an {@link ExchangeResult}. A shortage
 * of this process's own resources is reported separately, as {@link ErrorClass.OwnShortage}. An
 * implementation copies at most 96 KB of a body at a time, however large the body is and however
 * slowly the receiver reads it.
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts one exchange.
   *
   * @param loop one of the engine's event loops; the caller runs on it
   * @param request the request with its limits
   * @param done called exactly once, on {@code loop}, never from within this call
   */
  void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done);

  /**
   * Returns the maximum number of connections; an exchange that finds none ends with {@link
   * ErrorClass.OwnShortage}.
   */
  default int connections() {
    return Integer.MAX_VALUE;
  }

  /** Closes all connections. Exchanges in flight end with {@link ErrorClass.OwnShortage}. */
  @Override
  void close();
}
