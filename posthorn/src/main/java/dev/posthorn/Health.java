package dev.posthorn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether Posthorn can do its work, for health checks of the program around it.
 *
 * @param state what it can do
 * @param reason what is wrong, in words for people; null if nothing is
 * @param held whether deliveries wait for {@link Posthorn#release}, since the file comes from a
 *     backup
 */
public record Health(State state, @Nullable String reason, boolean held) {

  /** What Posthorn can do. */
  public enum State {
    /** Messages are accepted and delivered. */
    READY,
    /** Nothing can be stored for now, as on a full disk; messages are refused. */
    FAILING,
    /** It has ended by a defect: it has to be opened again. What was accepted is on disk. */
    FAILED,
    /** It was closed. */
    CLOSED
  }

  /** Returns whether messages are accepted: what a readiness probe asks. */
  public boolean isReady() {
    return state == State.READY;
  }

  /**
   * Returns whether it works, or can work again by itself: what a liveness probe asks. If not, only
   * opening it again helps.
   */
  public boolean isLive() {
    return state == State.READY || state == State.FAILING;
  }

  /** Returns all of it by name, as health endpoints show details; none of it is a secret. */
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
