package dev.posthorn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The health of a Posthorn, for health checks of the program around it.
 *
 * @param state the state
 * @param reason the problem, for people; null if there is none
 * @param held whether deliveries are held until {@link Posthorn#release}, after a restore from a
 *     backup
 */
public record Health(State state, @Nullable String reason, boolean held) {

  /** The state of a Posthorn. */
  public enum State {
    /** Messages are accepted and delivered. */
    READY,
    /** Nothing can be stored for now, as on a full disk; messages are rejected. */
    FAILING,
    /**
     * A defect has stopped it, or another process has taken over its database: open it again. All
     * accepted messages are on disk.
     */
    FAILED,
    /** Closed. */
    CLOSED
  }

  /** Returns whether messages are accepted, for readiness probes. */
  public boolean isReady() {
    return state == State.READY;
  }

  /**
   * Returns whether it works, or can recover by itself, for liveness probes. If not, open it again.
   */
  public boolean isLive() {
    return state == State.READY || state == State.FAILING;
  }

  /** Returns all values by name, for the details of a health endpoint; none is a secret. */
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("state", state.name());
    if (reason != null) {
      details.put("reason", reason);
    }
    details.put("held", held);
    return details;
  }
}
