package dev.posthorn.server.health;

import java.util.List;

/**
 * The health of a server process at one time.
 *
 * @param figures the figures
 * @param problems the alerts whose conditions are met, the most urgent first
 * @param minute what happened within the last minute
 */
public record Status(Figures figures, List<Problem> problems, Point minute) {

  /** Returns the urgency of the most urgent problem; NOTICE if there is none. */
  public Alert.Level level() {
    return problems.isEmpty() ? Alert.Level.NOTICE : problems.getFirst().alert().level();
  }

  /** Returns whether nothing is wrong; notices do not count. */
  public boolean isWell() {
    return level() == Alert.Level.NOTICE;
  }
}
