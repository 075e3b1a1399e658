package dev.posthorn.server.cli.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A description of why a message matched no endpoint. */
final class Unmatched {
  private Unmatched() {}

  /**
   * Returns a line for people.
   *
   * @param reasons the reason of each endpoint
   */
  static String text(Collection<String> reasons) {
    if (reasons.isEmpty()) {
      return "matched no endpoint: there is none";
    }
    Map<String, Integer> counts = new TreeMap<>();
    reasons.forEach(reason -> counts.merge(said(reason), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((reason, count) -> parts.add(count + " " + reason));
    return "matched no endpoint, of " + reasons.size() + ": " + String.join(", ", parts);
  }

  private static String said(String reason) {
    return switch (reason) {
      case "event_type" -> "for other event types";
      case "channel" -> "for other channels";
      case "disabled" -> "disabled";
      default -> "added or changed since";
    };
  }
}
