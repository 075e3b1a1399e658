package dev.posthorn.cidadao;

import java.time.InstantSource;

/** How a {@link WebhookService} is opened. Start from {@link #defaults()}. */
public final class WebhookServiceOptions {
  private final boolean privateNetworksAllowed;
  private final InstantSource clock;
  private final int secondMillis;

  private WebhookServiceOptions(boolean privateNetworksAllowed, InstantSource clock, int second) {
    this.privateNetworksAllowed = privateNetworksAllowed;
    this.clock = clock;
    this.secondMillis = second;
  }

  /** Returns the options that suit production: public addresses only, the system's clock. */
  public static WebhookServiceOptions defaults() {
    return new WebhookServiceOptions(false, InstantSource.system(), 1_000);
  }

  /**
   * Returns the same, but webhooks may go to private, loopback and link-local addresses, too. The
   * addresses at which clouds serve credentials stay refused.
   */
  public WebhookServiceOptions allowPrivateNetworks() {
    return new WebhookServiceOptions(true, clock, secondMillis);
  }

  /** Returns the same with another clock. While it stands still no retry becomes due. */
  public WebhookServiceOptions withClock(InstantSource source) {
    return new WebhookServiceOptions(privateNetworksAllowed, source, secondMillis);
  }

  /** Returns the same with retry waits in which a second takes so many milliseconds. */
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
