package dev.posthorn.engine;

import dev.posthorn.id.Ids;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptQuery;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.Reads;
import dev.posthorn.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an endpoint that has had no success for long was tried all along: its time without one is
 * cut into five equal parts, and there must be attempts in four of them. Two failures far apart say
 * little of what was between.
 */
final class FailureRecord {
  private static final Logger LOG = LoggerFactory.getLogger(FailureRecord.class);
  private static final int PARTS = 5;
  private static final int NEEDED = 4;
  private static final int MOST_READ = 20;

  private FailureRecord() {}

  /**
   * Returns whether there are attempts enough; one has failed just now and is not stored yet.
   *
   * @param since when the first failure after the last success was, in wall time
   */
  static boolean isEnough(Reads store, long endpoint, long since, long now) {
    int found = 1;
    try {
      for (int part = 0; part < PARTS - 1 && found < NEEDED; part++) {
        long from = since + (now - since) / PARTS * part;
        found += isTried(store, endpoint, from, from + (now - since) / PARTS) ? 1 : 0;
      }
    } catch (StoreException e) {
      LOG.warn(
          "whether endpoint {} is to be disabled is not known yet: {}", endpoint, e.toString());
      return false;
    }
    return found >= NEEDED;
  }

  private static boolean isTried(Reads store, long endpoint, long from, long to) {
    AttemptQuery query =
        new AttemptQuery(endpoint, Ids.firstAt(from) - 1, Ids.firstAt(to), false, MOST_READ, null);
    return store.attempts(query).rows().stream().anyMatch(FailureRecord::counts);
  }

  private static boolean counts(AttemptRow attempt) {
    return attempt.kind() == AttemptKind.SCHEDULED || attempt.kind().isReplay();
  }
}
