package dev.posthorn.spring.boot.observation;

import dev.posthorn.PosthornException;
import dev.posthorn.Receipt;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;

/**
 * Name and key values of {@code posthorn.send}. A bean that extends this class replaces it.
 *
 * <p>Low cardinality: {@code posthorn.outcome}, which is {@code accepted}, {@code duplicate},
 * {@code unmatched} (accepted, but for no endpoint), {@code pending} (until the transaction
 * commits) or the reason of the rejection. High cardinality: {@code posthorn.event_type}, {@code
 * posthorn.application.id}, {@code messaging.message.id}.
 */
public class SendConvention implements ObservationConvention<SendContext> {
  @Override
  public String getName() {
    return "posthorn.send";
  }

  @Override
  public String getContextualName(SendContext context) {
    return "send " + context.message().type();
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof SendContext;
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(SendContext context) {
    return KeyValues.of("posthorn.outcome", outcome(context));
  }

  private static String outcome(SendContext context) {
    Receipt receipt = context.receipt();
    if (receipt != null) {
      if (receipt.pending()) {
        return "pending";
      }
      if (receipt.duplicate()) {
        return "duplicate";
      }
      return receipt.matchedNoEndpoint() ? "unmatched" : "accepted";
    }
    return context.getError() instanceof PosthornException refusal
        ? refusal.reason().name().toLowerCase(Locale.ROOT)
        : KeyValue.NONE_VALUE;
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(SendContext context) {
    Receipt receipt = context.receipt();
    return KeyValues.of(
        "posthorn.event_type",
        context.message().type(),
        "posthorn.application.id",
        context.application().id(),
        "messaging.message.id",
        receipt == null ? KeyValue.NONE_VALUE : receipt.id());
  }
}
