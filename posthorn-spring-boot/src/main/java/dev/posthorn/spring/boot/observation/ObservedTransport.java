package dev.posthorn.spring.boot.observation;

import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import io.micrometer.observation.Observation;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes each exchange, in the trace of its message. A handler that fails costs an observation,
 * never an attempt.
 */
final class ObservedTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(ObservedTransport.class);
  private static final String ID_HEADER = "webhook-id";

  private final Transport transport;
  private final PosthornObservations observations;

  ObservedTransport(Transport transport, PosthornObservations observations) {
    this.transport = transport;
    this.observations = observations;
  }

  @Override
  public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
    Started started = start(request);
    transport.exchange(
        loop,
        request,
        result -> {
          if (started != null) {
            stop(started, result);
          }
          done.accept(result);
        });
  }

  private record Started(AttemptContext context, Observation observation) {}

  private @Nullable Started start(HttpRequest request) {
    try {
      String id = messageId(request);
      Map<String, String> trace = id == null ? Map.of() : observations.traces().get(id);
      AttemptContext context = new AttemptContext(request, id, trace);
      return new Started(context, observations.attempt(context).start());
    } catch (RuntimeException e) {
      LOG.debug("Attempt not observed", e);
      return null;
    }
  }

  private static void stop(Started started, ExchangeResult result) {
    try {
      started.context.ended(result);
      if (result instanceof ExchangeResult.Failure failure) {
        started.observation.error(new AttemptFailedException(failure.error().code()));
      }
      started.observation.stop();
    } catch (RuntimeException e) {
      LOG.debug("Attempt not observed", e);
    }
  }

  private static @Nullable String messageId(HttpRequest request) {
    String[] headers = request.headers();
    for (int i = 0; i + 1 < headers.length; i += 2) {
      if (headers[i].equalsIgnoreCase(ID_HEADER)) {
        return headers[i + 1];
      }
    }
    return null;
  }

  @Override
  public int connections() {
    return transport.connections();
  }

  @Override
  public void close() {
    transport.close();
  }

  /** An attempt without a response, as handlers see it; its message is the code of the error. */
  private static final class AttemptFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    AttemptFailedException(String code) {
      super(code, null, false, false);
    }
  }
}
