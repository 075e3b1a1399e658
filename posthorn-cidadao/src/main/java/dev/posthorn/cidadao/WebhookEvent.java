package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;

/** The type of an event. */
public enum WebhookEvent {
  /** An investigation was created. */
  INVESTIGATION_CREATED("investigation.created"),
  /** An investigation completed. */
  INVESTIGATION_COMPLETED("investigation.completed"),
  /** An investigation failed. */
  INVESTIGATION_FAILED("investigation.failed"),
  /** An anomaly was detected. */
  ANOMALY_DETECTED("anomaly.detected"),
  /** An anomaly was resolved. */
  ANOMALY_RESOLVED("anomaly.resolved"),
  /** An agent started its work. */
  AGENT_STARTED("agent.started"),
  /** An agent completed its work. */
  AGENT_COMPLETED("agent.completed"),
  /** An agent failed to do its work. */
  AGENT_FAILED("agent.failed"),
  /** A report was generated. */
  REPORT_GENERATED("report.generated"),
  /** An export completed. */
  EXPORT_COMPLETED("export.completed"),
  /** A user registered. */
  USER_REGISTERED("user.registered"),
  /** A user logged in. */
  USER_LOGIN("user.login"),
  /** The system needs attention. */
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
   * @throws PosthornException if the name is unknown
   */
  public static WebhookEvent of(String value) {
    for (WebhookEvent event : values()) {
      if (event.value.equals(value)) {
        return event;
      }
    }
    throw PosthornException.invalid(
        "event", "unknown event \"" + value + "\"; use one such as investigation.created");
  }

  @Override
  public String toString() {
    return value;
  }
}
