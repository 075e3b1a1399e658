package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Arrays;

/**
 * Checks the ids that engines give: no two messages have the same one, whichever nodes accept them,
 * and each attempt has a greater one than its message, whichever node accepted that.
 */
final class IdChecker {
  private final SimTables tables;
  private final SimClock clock;

  IdChecker(SimTables tables, SimClock clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /** Checks the rows of a batch that is about to be applied. */
  void requireGrowing(Batch batch) {
    for (PartitionBatch rows : batch.partitions()) {
      rows.messages.forEach(this::requireUnique);
      rows.attempts.forEach(this::requireLater);
    }
  }

  private void requireUnique(MessageRow message) {
    MessageRow same = tables.message(message.id());
    if (same != null
        && !(same.application() == message.application()
            && (same.expunged() || Arrays.equals(same.body(), message.body())))) {
      throw clock.violated(new Violation("ids: two messages have the id " + message.id()));
    }
  }

  private void requireLater(AttemptRow attempt) {
    if (attempt.id() <= attempt.message()) {
      throw clock.violated(
          new Violation("ids: an attempt was made before its message: " + attempt));
    }
  }
}
