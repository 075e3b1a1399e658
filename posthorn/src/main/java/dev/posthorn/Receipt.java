package dev.posthorn;

import java.util.List;

/**
 * A message that is on disk, with all of its deliveries.
 *
 * @param id the message's id, which receivers see as {@code webhook-id}
 * @param endpoints ids of the endpoints it is for; empty if it matched nobody
 * @param duplicate whether it was accepted before, under the same event id
 */
public record Receipt(String id, List<String> endpoints, boolean duplicate) {

  /**
   * Returns whether the message matched no endpoint, so that nobody gets it; {@link Messages#why}
   * says why. Also true of a duplicate whose first message is past its retention by now.
   */
  public boolean matchedNoEndpoint() {
    return endpoints.isEmpty();
  }
}
