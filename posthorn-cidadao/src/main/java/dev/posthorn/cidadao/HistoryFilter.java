package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.internal.rules.Rules;
import org.jspecify.annotations.Nullable;

/**
 * A filter for the delivery history. Start from {@link #ALL}.
 *
 * @param event the event, or null for all
 * @param url the webhook's URL, or null for all
 * @param success true for successful deliveries, false for failed ones, null for both
 * @param limit the maximum number of deliveries, 1 to 1,000
 */
public record HistoryFilter(
    @Nullable WebhookEvent event, @Nullable String url, @Nullable Boolean success, int limit) {

  /** The newest 100 deliveries. */
  public static final HistoryFilter ALL = new HistoryFilter(null, null, null, 100);

  /**
   * Checks the limit.
   *
   * @throws PosthornException if it is out of range
   */
  public HistoryFilter {
    Rules.require("limit", RequestRules.LIBRARY_PAGE.problem(limit));
  }

  /** Returns a copy for one event, or for all if null. */
  public HistoryFilter withEvent(@Nullable WebhookEvent wanted) {
    return new HistoryFilter(wanted, url, success, limit);
  }

  /** Returns a copy for one URL, or for all if null. */
  public HistoryFilter withUrl(@Nullable String wanted) {
    return new HistoryFilter(event, wanted, success, limit);
  }

  /** Returns a copy for one result, or for both if null. */
  public HistoryFilter withSuccess(@Nullable Boolean wanted) {
    return new HistoryFilter(event, url, wanted, limit);
  }

  /** Returns a copy with another limit. */
  public HistoryFilter withLimit(int most) {
    return new HistoryFilter(event, url, success, most);
  }

  /** Returns whether this filter matches a delivery. */
  public boolean matches(WebhookDelivery delivery) {
    return (event == null || event == delivery.event())
        && (url == null || url.equals(delivery.webhookUrl()))
        && (success == null || success == delivery.success());
  }
}
