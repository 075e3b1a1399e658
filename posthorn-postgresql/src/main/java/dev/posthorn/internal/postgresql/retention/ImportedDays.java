package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the tables of past days for a history that is copied from another store. */
public final class ImportedDays {
  private static final Logger LOG = LoggerFactory.getLogger(ImportedDays.class);

  private ImportedDays() {}

  /**
   * Creates the tables that are missing, unless the history is in two tables alone. Without its
   * table, a day's history goes into the default table, which works as well.
   *
   * @param days a time of each day
   */
  public static void create(Writer writer, int partitions, Collection<Long> days) {
    SegmentTables tables = new SegmentTables(partitions);
    try {
      List<Segment> present =
          writer.transact(
              session -> tables.isPartitioned(session) ? tables.list(session) : List.<Segment>of());
      if (present.isEmpty()) {
        return; // each store that has such tables has those of the next days
      }
      for (long day : days) {
        for (String parent : List.of("message", "attempt")) {
          Segment segment = Segment.at(parent, day);
          if (present.stream().noneMatch(segment::overlaps)) {
            writer.transact(session -> tables.create(session, segment));
          }
        }
      }
    } catch (StoreException e) {
      if (e.reason() == Reason.FENCED || e.reason() == Reason.CLOSED) {
        throw e;
      }
      LOG.warn(
          "No tables for past days, their rows go into the default tables: {}", e.getMessage());
    }
  }
}
