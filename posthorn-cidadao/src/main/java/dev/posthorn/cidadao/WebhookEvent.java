package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;

/** An event type that webhooks are sent for. */
public enum WebhookEvent {
  /** An investigation was begun. */
  INVESTIGATION_CREATED("investigation.created"),
  /** An investigation has its result. */
  INVESTIGATION_COMPLETED("investigation.completed"),
  /** An investigation ended without a result. */
  INVESTIGATION_FAILED("investigation.failed"),
  /** An anomaly was found. */
  ANOMALY_DETECTED("anomaly.detected"),
  /** An anomaly is settled. */
  ANOMALY_RESOLVED("anomaly.resolved"),
  /** An agent began its work. */
  AGENT_STARTED("agent.started"),
  /** An agent did its work. */
  AGENT_COMPLETED("agent.completed"),
  /** An agent could not do its work. */
  AGENT_FAILED("agent.failed"),
  /** A report is ready. */
  REPORT_GENERATED("report.generated"),
  /** An export is ready. */
  EXPORT_COMPLETED("export.completed"),
  /** A user registered. */
  USER_REGISTERED("user.registered"),
  /** A user logged in. */
  USER_LOGIN("user.login"),
  /** The system wants attention. */
  SYSTEM_ALERT("system.alert"),
  /** The system failed. */
  SYSTEM_ERROR("system.error");

  private final String value;

  WebhookEvent(String value) {
    this.value = value;
  }

  /** Returns the name on the wire, such as {@code user.login}. */
  public String value() {
    return value;
  }

  /**
   * Returns the event with a name on the wire.
   *
   * @throws PosthornException if there is none
   */
  public static WebhookEvent of(String value) {
    for (WebhookEvent event : values()) {
      if (event.value.equals(value)) {
        return event;
      }
    }
    throw PosthornException.invalid(
        "event", "there is no \"" + value + "\"; use one such as investigation.created");
  }

  @Override
  public String toString() {
    return value;
  }
}
