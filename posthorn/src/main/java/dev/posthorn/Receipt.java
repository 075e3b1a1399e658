package dev.posthorn;

import java.util.List;

/**
 * The receipt of a message that is on disk with all of its deliveries.
 *
 * @param id the message's id, which receivers see as {@code webhook-id}
 * @param endpoints ids of the endpoints that the message matched; empty for none
 * @param duplicate whether a message with the same event id was accepted before
 */
public record Receipt(String id, List<String> endpoints, boolean duplicate) {

  /**
   * Returns whether the message matched no endpoint; {@link Messages#why} returns the reasons. Also
   * true for a duplicate of a message that is past its retention.
   */
  public boolean matchedNoEndpoint() {
    return endpoints.isEmpty();
  }
}
