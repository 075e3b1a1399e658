package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.SqlState;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the history, one for each day: creates them days ahead, and drops them once all of
 * their rows are past their retention. Where that is impossible, rows go to the default tables, or
 * are removed one by one. Owned by the writer.
 *
 * <p>Each change is a transaction of its own. One that fails, because others hold a lock or a
 * privilege is missing, is tried again later.
 */
final class Segments {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
  private static final String LOCKED = "55P03";
  private static final String TOOK_LONG = "57014";
  private static final List<String> PARENTS = List.of("message", "attempt");

  /** Number of days after the current one that have their tables. */
  private static final int DAYS_AHEAD = 3;

  private static final long RETRY_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** The same after a creation that took too long, which holds up the writer for two seconds. */
  private static final long RETRY_SLOW_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** The time after which held rows are looked for again. */
  private static final long HELD_MILLIS = TimeUnit.MINUTES.toMillis(10);

  private final Writer writer;
  private final SegmentTables tables;

  private boolean known;
  private boolean partitioned;
  private final List<Segment> present = new ArrayList<>();

  /** The segments past their retention with rows that must stay. */
  private final Set<Segment> held = new HashSet<>();

  private final Pause creation = new Pause();
  private final Pause removal = new Pause();
  private final Pause heldAgain = new Pause();

  /** The day for which the tables were created last, and the first one. */
  private long day = Long.MIN_VALUE;

  private long firstDay = Long.MIN_VALUE;
  private boolean reported;

  Segments(Writer writer, int partitions) {
    this.writer = writer;
    this.tables = new SegmentTables(partitions);
  }

  /** A time before which nothing is done. */
  private static final class Pause {
    private long until = Long.MIN_VALUE;
    private long length;

    void begin(long now, long millis) {
      until = now + millis;
      length = millis;
    }

    boolean isOver(long now) {
      // The clock may have been set back.
      return now >= until || until - now > length;
    }
  }

  /** Reads again what is there before the next step. */
  void forget() {
    known = false;
  }

  private void load() {
    if (known) {
      return;
    }
    List<Segment> found =
        writer.transactLazily(
            session -> {
              partitioned = tables.isPartitioned(session);
              return partitioned ? tables.list(session) : List.<Segment>of();
            });
    present.clear();
    present.addAll(found);
    held.retainAll(present);
    known = true;
  }

  // ---- creation ------------------------------------------------------------------------------

  /**
   * Creates the tables of the current day and the next ones, if it is time. Ids never go back, so a
   * day before the first one needs none.
   */
  void create(long now) {
    load();
    long today = Math.floorDiv(now, Segment.DAY_MILLIS);
    if (!partitioned || today == day || today < firstDay || !creation.isOver(now)) {
      return;
    }
    firstDay = firstDay == Long.MIN_VALUE ? today : firstDay;
    if (createAll(now)) {
      day = today;
    }
  }

  /** Creates the tables that are missing; the first failure ends that for a while. */
  private boolean createAll(long now) {
    for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
      for (String parent : PARENTS) {
        Segment segment = Segment.at(parent, now + ahead * Segment.DAY_MILLIS);
        try {
          create(segment);
        } catch (StoreException e) {
          failed("create", segment, e);
          creation.begin(now, has(e, TOOK_LONG) ? RETRY_SLOW_MILLIS : RETRY_MILLIS);
          return false;
        }
      }
    }
    return true;
  }

  /** Creates a table, unless it exists or cannot. */
  private void create(Segment segment) {
    if (present.stream().noneMatch(segment::overlaps)
        && writer.<Boolean>transactLazily(session -> tables.create(session, segment))) {
      present.add(segment);
    }
  }

  private void failed(String what, Segment segment, StoreException e) {
    if (e.reason() == Reason.CLOSED || e.reason() == Reason.FENCED) {
      throw e;
    }
    known = false;
    if (has(e, LOCKED) || has(e, TOOK_LONG) || reported) {
      LOG.debug("Failed to {} table {}, retried later", what, segment.name(), e);
    } else {
      reported = true;
      LOG.warn("Failed to {} table {}, retried later: {}", what, segment.name(), e.getMessage());
    }
  }

  private static boolean has(StoreException e, String state) {
    return e.getCause() instanceof SQLException sql && state.equals(SqlState.of(sql));
  }

  // ---- removal -------------------------------------------------------------------------------

  /**
   * Drops a table all of whose rows are past their retention, if there is one.
   *
   * @return whether there may be another one
   */
  boolean drop(long keepFrom, long now) {
    load();
    if (heldAgain.isOver(now)) {
      held.clear();
      heldAgain.begin(now, HELD_MILLIS);
    }
    if (!partitioned || !removal.isOver(now)) {
      return false;
    }
    for (Segment segment : present) {
      if (segment.to() <= keepFrom && !held.contains(segment)) {
        drop(segment, now);
        return true;
      }
    }
    return false;
  }

  private void drop(Segment segment, long now) {
    try {
      if (writer.transactLazily(session -> tables.drop(session, segment))) {
        present.remove(segment);
        LOG.info("Dropped {}, which was past its retention", segment.name());
      } else {
        held.add(segment);
      }
    } catch (StoreException e) {
      failed("drop", segment, e);
      if (has(e, TOOK_LONG)) {
        held.add(segment); // a great many live rows had to be examined
      } else {
        removal.begin(now, RETRY_MILLIS);
      }
    }
  }

  /**
   * Returns the id below which rows are removed one by one: those of default tables, and of
   * segments that cannot be dropped. All others go with their segment.
   */
  long removableBelow(long keepFrom) {
    long end = keepFrom;
    for (Segment segment : present) {
      if (segment.to() > keepFrom || !held.contains(segment)) {
        end = Math.min(end, segment.from());
      }
    }
    return end;
  }
}
