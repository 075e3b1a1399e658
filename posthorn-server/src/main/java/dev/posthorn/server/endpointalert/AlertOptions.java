package dev.posthorn.server.endpointalert;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of alerts, and the ways to them.
 *
 * @param smtp the server that takes e-mails, or null for no e-mails
 * @param sender the sender's address; empty if there is no server
 * @param addresses the addresses that get all alerts
 * @param url the URL that gets all alerts, or null
 * @param link the link to an endpoint, with {@code {application}} and {@code {endpoint}}, or null
 *     for the console's
 * @param waits the waits before an alert is tried again
 */
public record AlertOptions(
    @Nullable SmtpServer smtp,
    String sender,
    List<String> addresses,
    @Nullable String url,
    @Nullable String link,
    List<Duration> waits) {
  /** No recipients but those that applications name with a URL. */
  public static final AlertOptions NONE =
      new AlertOptions(null, "", List.of(), null, null, AlertQueue.WAITS);

  /** Creates options. */
  public AlertOptions {
    addresses = List.copyOf(addresses);
    waits = List.copyOf(waits);
  }

  /** Creates options with the default waits. */
  public AlertOptions(
      @Nullable SmtpServer smtp,
      String sender,
      List<String> addresses,
      @Nullable String url,
      @Nullable String link) {
    this(smtp, sender, addresses, url, link, AlertQueue.WAITS);
  }

  /** Returns these options with other waits. */
  public AlertOptions withWaits(List<Duration> others) {
    return new AlertOptions(smtp, sender, addresses, url, link, others);
  }

  @Override
  public String toString() {
    return "AlertOptions[addresses=" + addresses.size() + "]"; // never the URL
  }
}
