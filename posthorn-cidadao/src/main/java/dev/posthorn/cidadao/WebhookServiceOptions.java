package dev.posthorn.cidadao;

import java.time.InstantSource;

/** Options for opening a {@link WebhookService}. Start from {@link #defaults()}. */
public final class WebhookServiceOptions {
  private final boolean privateNetworksAllowed;
  private final InstantSource clock;
  private final int secondMillis;

  private WebhookServiceOptions(boolean privateNetworksAllowed, InstantSource clock, int second) {
    this.privateNetworksAllowed = privateNetworksAllowed;
    this.clock = clock;
    this.secondMillis = second;
  }

  /** Returns the default options: public addresses only, the system clock. */
  public static WebhookServiceOptions defaults() {
    return new WebhookServiceOptions(false, InstantSource.system(), 1_000);
  }

  /**
   * Returns a copy that also allows private, loopback and link-local addresses. The addresses at
   * which clouds serve credentials are still refused.
   */
  public WebhookServiceOptions allowPrivateNetworks() {
    return new WebhookServiceOptions(true, clock, secondMillis);
  }

  /** Returns a copy with another clock. Retries become due only as it advances. */
  public WebhookServiceOptions withClock(InstantSource source) {
    return new WebhookServiceOptions(privateNetworksAllowed, source, secondMillis);
  }

  /** Returns a copy whose retry waits take this many milliseconds per second. */
  WebhookServiceOptions withSecondMillis(int millis) {
    return new WebhookServiceOptions(privateNetworksAllowed, clock, millis);
  }

  /** Returns whether private addresses are allowed. */
  public boolean privateNetworksAllowed() {
    return privateNetworksAllowed;
  }

  /** Returns the clock. */
  public InstantSource clock() {
    return clock;
  }

  int secondMillis() {
    return secondMillis;
  }
}
