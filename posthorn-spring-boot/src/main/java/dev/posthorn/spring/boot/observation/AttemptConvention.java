package dev.posthorn.spring.boot.observation;

import dev.posthorn.spi.transport.ExchangeResult;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Name and key values of {@code posthorn.attempt}. A bean that extends this class replaces it.
 *
 * <p>Low cardinality: {@code posthorn.result}, which is a class of status such as {@code 2xx}, or
 * an error such as {@code timeout_connect}. High cardinality: {@code messaging.message.id} and
 * {@code http.response.status_code}. Neither has a URL, a payload, a header or a secret.
 */
public class AttemptConvention implements ObservationConvention<AttemptContext> {
  @Override
  public String getName() {
    return "posthorn.attempt";
  }

  @Override
  public String getContextualName(AttemptContext context) {
    return "attempt";
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof AttemptContext;
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(AttemptContext context) {
    return KeyValues.of("posthorn.result", result(context));
  }

  private static String result(AttemptContext context) {
    return switch (context.result()) {
      case ExchangeResult.Response response -> response.status() / 100 + "xx";
      case ExchangeResult.Failure failure -> failure.error().code();
      case null -> KeyValue.NONE_VALUE;
    };
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(AttemptContext context) {
    String message = context.messageId();
    return KeyValues.of(
        "messaging.message.id",
        message == null ? KeyValue.NONE_VALUE : message,
        "http.response.status_code",
        context.result() instanceof ExchangeResult.Response response
            ? Integer.toString(response.status())
            : KeyValue.NONE_VALUE);
  }
}
