package dev.posthorn.cidadao.internal;

import dev.posthorn.cidadao.WebhookDelivery;
import dev.posthorn.cidadao.WebhookEvent;
import dev.posthorn.id.Ids;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Makes results from the last attempts of deliveries. */
final class Results {
  private static final int BODY_CHARACTERS = 1_000;

  private Results() {}

  static WebhookDelivery of(String url, WebhookEvent event, AttemptRow last) {
    boolean answered = last.status() != 0;
    boolean exchanged = last.kind() != AttemptKind.NONE;
    return new WebhookDelivery(
        url,
        event,
        Instant.ofEpochMilli(Ids.timeOf(last.message())),
        answered ? last.status() : null,
        answered ? shortened(text(last)) : null,
        answered ? null : exchanged ? last.error() + ": " + text(last) : last.error(),
        last.spent(),
        last.state() == DeliveryState.SUCCEEDED,
        exchanged ? last.timings().total() / 1_000.0 : null);
  }

  private static String text(AttemptRow row) {
    return new String(row.excerpt(), StandardCharsets.UTF_8);
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= BODY_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, BODY_CHARACTERS));
  }
}
