package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries of the history are wanted. Start from {@link #ALL}.
 *
 * @param event only of this event, or null
 * @param url only to this URL, or null
 * @param success only those that succeeded (true) or did not (false), or null
 * @param limit how many at most, 1 to 1,000
 */
public record HistoryFilter(
    @Nullable WebhookEvent event, @Nullable String url, @Nullable Boolean success, int limit) {

  /** The newest 100 of all. */
  public static final HistoryFilter ALL = new HistoryFilter(null, null, null, 100);

  /**
   * Checks the limit.
   *
   * @throws PosthornException if it is out of its range
   */
  public HistoryFilter {
    if (limit < 1 || limit > 1_000) {
      throw PosthornException.invalid("limit", "is " + limit + "; use 1 to 1000");
    }
  }

  /** Returns the same for one event. */
  public HistoryFilter withEvent(@Nullable WebhookEvent wanted) {
    return new HistoryFilter(wanted, url, success, limit);
  }

  /** Returns the same for one URL. */
  public HistoryFilter withUrl(@Nullable String wanted) {
    return new HistoryFilter(event, wanted, success, limit);
  }

  /** Returns the same for one result. */
  public HistoryFilter withSuccess(@Nullable Boolean wanted) {
    return new HistoryFilter(event, url, wanted, limit);
  }

  /** Returns the same with another limit. */
  public HistoryFilter withLimit(int most) {
    return new HistoryFilter(event, url, success, most);
  }

  /** Returns whether a delivery is wanted. */
  public boolean matches(WebhookDelivery delivery) {
    return (event == null || event == delivery.event())
        && (url == null || url.equals(delivery.webhookUrl()))
        && (success == null || success == delivery.success());
  }
}
