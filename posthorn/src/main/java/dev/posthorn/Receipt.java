package dev.posthorn;

import java.util.List;

/**
 * The receipt of a message that is on disk with all of its deliveries; or of a pending one, which
 * will be if the caller's own transaction commits.
 *
 * @param id the message's id, which receivers see as {@code webhook-id}
 * @param endpoints ids of the endpoints that the message matched; empty for none, and for a pending
 *     message, since endpoints are chosen after the commit
 * @param duplicate whether a message with the same event id was accepted before
 * @param pending whether the message waits for the commit of a transaction, as in a Spring program
 */
public record Receipt(String id, List<String> endpoints, boolean duplicate, boolean pending) {

  /** Creates a receipt of a message that is on disk. */
  public Receipt(String id, List<String> endpoints, boolean duplicate) {
    this(id, endpoints, duplicate, false);
  }

  /** Returns the receipt of a message that exists if a transaction commits. */
  public static Receipt pending(String id) {
    return new Receipt(id, List.of(), false, true);
  }

  /**
   * Returns whether the message matched no endpoint; {@link Messages#why} returns the reasons. Also
   * true for a duplicate of a message that is past its retention; never of a pending message.
   */
  public boolean matchedNoEndpoint() {
    return endpoints.isEmpty() && !pending;
  }
}
