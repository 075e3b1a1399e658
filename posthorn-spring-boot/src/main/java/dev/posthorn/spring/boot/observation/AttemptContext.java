package dev.posthorn.spring.boot.observation;

import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context of the observation {@code posthorn.attempt}: one exchange with a receiver. */
public final class AttemptContext extends ReceiverContext<Map<String, String>> {
  private final @Nullable String messageId;
  private final HttpRequest request;
  private volatile @Nullable ExchangeResult result;

  AttemptContext(HttpRequest request, @Nullable String messageId, Map<String, String> trace) {
    super((carrier, name) -> carrier.get(name), Kind.CONSUMER);
    this.request = request;
    this.messageId = messageId;
    setCarrier(trace);
  }

  /** Returns the id of the message; null if the wire format has no header {@code webhook-id}. */
  public @Nullable String messageId() {
    return messageId;
  }

  /** Returns the request. */
  public HttpRequest request() {
    return request;
  }

  /** Returns the result, or null before there is one. */
  public @Nullable ExchangeResult result() {
    return result;
  }

  void ended(ExchangeResult end) {
    this.result = end;
  }
}
