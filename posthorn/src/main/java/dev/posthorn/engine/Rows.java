package dev.posthorn.engine;

import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;

/** Changed copies of rows. */
final class Rows {
  private Rows() {}

  /** Returns an endpoint in another state. */
  static EndpointRow with(EndpointRow row, EndpointState state, long now) {
    return new EndpointRow(
        row.id(),
        row.application(),
        row.uid(),
        row.url(),
        row.description(),
        row.eventTypes(),
        row.channels(),
        row.policy(),
        state,
        row.metadata(),
        row.created(),
        now);
  }
}
