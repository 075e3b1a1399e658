package dev.posthorn.internal.engine.lane;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evidence that an endpoint without a success for long was tried all along: its time without one is
 * cut into five equal parts, and at least four of them must have attempts. Two failures far apart
 * prove little.
 */
final class FailureHistory {
  private static final Logger LOG = LoggerFactory.getLogger(FailureHistory.class);
  private static final int PARTS = 5;
  private static final int NEEDED = 4;
  private static final int MOST_READ = 20;

  private FailureHistory() {}

  /**
   * Returns whether there are enough attempts. One that has just failed counts, though it is not
   * stored yet.
   *
   * @param since the time of the first failure after the last success
   */
  static boolean isEnough(
      PartitionReads store, PublicIds ids, long endpoint, long since, long now) {
    int found = 1;
    try {
      for (int part = 0; part < PARTS - 1 && found < NEEDED; part++) {
        long from = since + (now - since) / PARTS * part;
        found += isTried(store, endpoint, from, from + (now - since) / PARTS) ? 1 : 0;
      }
    } catch (StoreException e) {
      LOG.warn(
          "Endpoint {} not disabled yet, its attempts cannot be read: {}",
          ids.format(IdPrefix.ENDPOINT, endpoint),
          e.getMessage());
      return false;
    }
    return found >= NEEDED;
  }

  private static boolean isTried(PartitionReads store, long endpoint, long from, long to) {
    AttemptQuery query =
        new AttemptQuery(
            endpoint,
            0,
            new PageRequest(Ids.firstAt(from) - 1, Ids.firstAt(to), false, MOST_READ),
            AttemptFilter.NONE);
    return store.attempts(query).rows().stream().anyMatch(FailureHistory::counts);
  }

  private static boolean counts(AttemptRow attempt) {
    return attempt.kind() == AttemptKind.SCHEDULED || attempt.kind().isReplay();
  }
}
