package dev.posthorn.internal.inbox;

import dev.posthorn.InboxOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Setback;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves rows from the inbox to the store, on a thread of its own.
 *
 * <p>It reads from the oldest row on, again and again: a transaction that is committed late may add
 * rows with smaller ids than those that were read ({@link RelayEdge}). What goes wrong, of whatever
 * kind, leaves the rows where they are, and is tried again a little later.
 */
final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /** The most pages until it begins again with the oldest rows. */
  private static final int PAGES_TOGETHER = 20;

  private static final long DUE_NANOS = 1_000_000_000L;
  private static final long COUNT_NANOS = 30_000_000_000L;

  /** The longest time for which it keeps a connection. */
  private static final long CONNECTION_NANOS = 10_000_000_000L;

  /**
   * The time for which the relay keeps a connection, in multiples of the time that one takes to
   * open: opening costs next to nothing then, and a pool, whose connections cost nothing, has it
   * back at once. It may be the only one of a small pool.
   */
  private static final int KEPT_TIMES = 100;

  private final InboxOptions options;
  private final Destination destination;
  private final RelayPace pace;
  private final RelayCounters counters;
  private final RelayLog log;
  private final PageRelay pages;
  private final RelayEdge edge = new RelayEdge();
  private final Setback setback = new Setback();
  private final Thread thread;

  private volatile @Nullable RelayConnection connection;
  private long connectedAt;

  /** The shortest time in which a connection was opened: it may have to wait for a pool, too. */
  private long openingNanos = CONNECTION_NANOS;

  private long dueAt;
  private long countAt;
  private boolean begun;

  Relay(
      InboxOptions options,
      Destination destination,
      RowReader reader,
      RelayPace pace,
      RelayCounters counters) {
    this.options = options;
    this.destination = destination;
    this.pace = pace;
    this.counters = counters;
    this.log = new RelayLog(System::nanoTime, options.table());
    this.pages = new PageRelay(destination, reader, counters, log, pace::isStopped);
    this.thread = Thread.ofPlatform().name("posthorn-inbox").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Stops it. A page that is on its way is finished, or its rows stay.
   *
   * @param waitMillis the time after which its connection is ended
   */
  void close(long waitMillis) {
    pace.stop();
    try {
      thread.join(Math.max(1, waitMillis));
      RelayConnection used = connection;
      if (thread.isAlive() && used != null) {
        used.abort();
        thread.join(1_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (awaitTurn()) {
        try {
          look();
          setback.over();
          counters.trouble(null);
          log.works();
        } catch (Throwable e) {
          failed(e);
        }
      }
    } finally {
      disconnect();
    }
  }

  private boolean awaitTurn() {
    try {
      if (setback.isOver()) {
        pace.awaitLook();
      } else {
        pace.awaitAfterFailure(setback.waitNanos(System.nanoTime()));
      }
    } catch (InterruptedException e) {
      // whoever did that, only close() ends it
    }
    return !pace.isStopped();
  }

  private void failed(Throwable why) {
    setback.failed(System.nanoTime());
    try {
      tell(why);
    } catch (Throwable e) {
      LOG.warn("Failure of the inbox relay could not be reported", e);
    }
  }

  private void tell(Throwable why) {
    PosthornException known =
        switch (why) {
          case PosthornException e -> e;
          case SQLException e -> SqlProblem.ofRelay(e, options.table(), dialect());
          default -> null;
        };
    disconnect();
    if (pace.isStopped()) {
      return;
    }
    String text = String.valueOf(known == null ? why : known.getMessage());
    counters.trouble(text);
    log.failed(text);
    if (known == null) {
      destination.report(why);
    }
  }

  private Dialect dialect() {
    RelayConnection used = connection;
    return used == null ? Dialect.STANDARD : used.dialect();
  }

  // ---- rows ----------------------------------------------------------------------------------

  private void look() throws SQLException, InterruptedException {
    InboxTable table = new InboxTable(connect(), options.table());
    pages.deleteRest(table);
    boolean found = retry(table);
    found |= sweep(table);
    count(table);
    if (found) {
      pace.nudge(); // more may have come meanwhile
    } else {
      pace.foundNone();
    }
    long now = System.nanoTime();
    if (now - connectedAt + pace.waitNanos(now) > keptNanos()) {
      disconnect();
    }
  }

  private long keptNanos() {
    return Math.min(CONNECTION_NANOS, KEPT_TIMES * openingNanos);
  }

  /** Relays new rows, oldest first; returns whether there were any. */
  private boolean sweep(InboxTable table) throws SQLException, InterruptedException {
    long asked = System.nanoTime();
    long after = edge.begin(asked);
    for (int i = 0; i < PAGES_TOGETHER && !pace.isStopped(); i++) {
      InboxTable.Rows page = table.page(after, options.pageSize(), pages.mostBytes());
      List<InboxRow> rows = page.rows();
      if (i == 0) {
        edge.firstPage(asked, System.nanoTime());
        counters.oldest(rows.isEmpty() ? 0 : age(rows.getFirst()));
      }
      if (!rows.isEmpty()) {
        after = rows.getLast().id();
        pages.relay(table, rows);
        edge.passed(after, System.nanoTime());
      }
      if (!page.isFull()) {
        return i > 0 || !rows.isEmpty();
      }
    }
    return true;
  }

  private long age(InboxRow row) {
    long created = row.times().createdAt();
    return created <= 0 ? 0 : Math.max(0, destination.millis() - created);
  }

  /** Relays refused rows whose time has come, now and then; returns whether there may be more. */
  private boolean retry(InboxTable table) throws SQLException, InterruptedException {
    long nanos = System.nanoTime();
    if (begun && nanos - dueAt < 0) {
      return false;
    }
    long now = destination.millis();
    InboxTable.Rows due = table.due(now, options.pageSize(), pages.mostBytes());
    if (due.rows().isEmpty() && (!begun || nanos - countAt >= 0)) {
      long latest = now + 2 * RowRefusal.LONGEST_MILLIS;
      due = table.dueTooLate(latest, options.pageSize(), pages.mostBytes());
    }
    if (!due.rows().isEmpty()) {
      pages.relay(table, due.rows());
    }
    dueAt = due.isFull() ? nanos : nanos + DUE_NANOS;
    return due.isFull();
  }

  private void count(InboxTable table) throws SQLException {
    long nanos = System.nanoTime();
    if (pages.haveRejected() || !begun || nanos - countAt >= 0) {
      counters.rejected(table.countRejected());
      countAt = nanos + COUNT_NANOS;
    }
    begun = true;
  }

  // ---- connection ----------------------------------------------------------------------------

  private RelayConnection connect() throws SQLException {
    RelayConnection present = connection;
    if (present == null) {
      long asked = System.nanoTime();
      present = RelayConnection.open(options.dataSource());
      connection = present;
      connectedAt = System.nanoTime();
      openingNanos = Math.min(openingNanos, connectedAt - asked);
    }
    return present;
  }

  private void disconnect() {
    RelayConnection present = connection;
    connection = null;
    if (present != null) {
      present.close();
    }
  }
}
