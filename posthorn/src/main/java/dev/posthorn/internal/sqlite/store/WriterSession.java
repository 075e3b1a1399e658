package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.internal.sqlite.file.Readers;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import dev.posthorn.internal.sqlite.history.HistoryIndex;
import dev.posthorn.internal.sqlite.history.HistoryTables;
import dev.posthorn.internal.sqlite.history.Progress;
import dev.posthorn.internal.sqlite.history.ProgressTable;
import dev.posthorn.internal.sqlite.history.Removals;
import dev.posthorn.internal.sqlite.history.Tail;
import dev.posthorn.internal.sqlite.live.DedupeTable;
import dev.posthorn.internal.sqlite.live.LiveTables;
import dev.posthorn.internal.sqlite.retention.AttemptRetention;
import dev.posthorn.internal.sqlite.retention.EarlyRemoval;
import dev.posthorn.internal.sqlite.retention.EnvironmentRetention;
import dev.posthorn.internal.sqlite.retention.MessageRemoval;
import dev.posthorn.internal.sqlite.retention.PayloadRetention;
import dev.posthorn.internal.sqlite.retention.RemovedApplications;
import dev.posthorn.internal.sqlite.retention.Retention;
import dev.posthorn.internal.sqlite.settings.SettingTables;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * The writer's connection with its statements and its state in memory. After an I/O error it is
 * discarded and created anew from the file.
 */
public final class WriterSession implements AutoCloseable {
  /** Number of index rows per call of upkeep, unless they take too long. */
  private static final Pace INDEXED = new Pace(250, 4_000);

  /** Number of index rows after which the time is checked. */
  private static final int INDEX_STEP = 250;

  /** Maximum time per call of upkeep for index rows: commits wait for it. */
  private static final long INDEX_NANOS = 2_000_000;

  /**
   * Number of messages per call of upkeep that lose their payload, or are removed, before the
   * general retention.
   */
  private static final Pace EARLY = new Pace(125, 1_000);

  /** Number of messages that one transaction of retention removes: some milliseconds. */
  private static final int RETAINED = 125;

  /** Minimum time per call of upkeep for removing expired rows. */
  private static final long RETAIN_NANOS = 1_000_000;

  /**
   * Maximum number of sealed runs; with more, upkeep is not called often enough, and commits index
   * too.
   */
  private static final int RUNS_AT_MOST = 1;

  private static final int DEDUPE_ROWS = 500;
  private static final int HOUR_ROWS = 500;

  private final SQLiteConnection connection;
  private final Errors errors;
  private final Statements statements;
  private final Reader reader;
  private final Removals removals = new Removals();
  private final ProgressTable progress;
  private final SettingTables settings;
  private final LiveTables live;
  private final HistoryTables history;
  private final DedupeTable dedupe;
  private final Retention retention;
  private final PayloadRetention payloads;
  private final EnvironmentRetention environments;
  private final RemovedApplications removedApplications;
  private final List<TransactionAware> staged;
  private boolean durable = true;

  /** Rows since the last upkeep, which set its pace. */
  private int newMessages;

  private int newEvents;

  private int newAttempts;

  public WriterSession(SQLiteConnection connection, Errors errors) throws SQLException {
    this.connection = connection;
    this.errors = errors;
    statements = new Statements(connection);
    reader = new Reader(connection);
    progress = new ProgressTable(statements);
    settings = new SettingTables(statements, removals);
    live = new LiveTables(statements);
    history = new HistoryTables(statements, progress.saved(), removals);
    dedupe = new DedupeTable(statements);
    AttemptRetention attemptRetention = new AttemptRetention(statements, progress, removals);
    MessageRemoval messageRemoval = new MessageRemoval(statements, removals);
    retention = new Retention(statements, progress, attemptRetention, messageRemoval);
    payloads = new PayloadRetention(statements, removals);
    EarlyRemoval early = new EarlyRemoval(statements, attemptRetention, messageRemoval);
    environments = new EnvironmentRetention(statements, early);
    removedApplications = new RemovedApplications(statements, progress, early);
    // An index must drop its finished run before a tail may seal the next.
    staged =
        List.of(
            progress,
            live.newlyParked(),
            removals,
            attemptRetention,
            history.hours(),
            history.messages(),
            history.attempts(),
            history.messages().tail(),
            history.attempts().tail());
  }

  SQLiteConnection connection() {
    return connection;
  }

  Progress progress() {
    return progress.saved();
  }

  /** Returns whether data was permanently removed since the last call. */
  boolean takeRemoval() {
    return removals.take();
  }

  Tail.View messageTail() {
    return history.messages().tail().view();
  }

  Tail.View attemptTail() {
    return history.attempts().tail().view();
  }

  /** Reads for the writer: nothing changes in between, so no transaction is needed. */
  <T> @Nullable T find(Readers.Find<T> find) {
    try {
      return reader.runBare(find);
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  public void commit(Batch batch) {
    PartitionBatch rows = batch.in(FileReads.PARTITION);
    transact(
        true,
        () -> {
          settings.apply(batch.settings);
          live.removeHot(rows.hotRemovals);
          live.removeParked(rows.parkedRemovals);
          history.addMessages(rows.messages);
          live.addHot(rows.hot);
          live.putParked(rows.parked, progress.next().idFloor());
          history.addAttempts(rows.attempts);
          dedupe.put(batch.dedupe);
          history.expunge(rows);
          payloads.put(rows.payloadEnds);
          retention.note(rows);
          removedApplications.note(batch);
          progress.next(progress.next().withIdFloor(batch.idFloor));
          indexIfFarBehind(rows);
        });
    newMessages += rows.messages.size();
    newEvents += events(rows);
    newAttempts += rows.attempts.size();
  }

  /** Limits the size of the tails: each commit indexes more rows than it adds. */
  private void indexIfFarBehind(PartitionBatch batch) throws SQLException {
    index(
        farBehind(history.messages()) ? 2 * (batch.messages.size() + events(batch)) : 0,
        farBehind(history.attempts()) ? 4 * batch.attempts.size() : 0);
  }

  /**
   * Returns how many more rows index a batch's messages: one for each event id, and two for each
   * public id that the sender chose.
   */
  private static int events(PartitionBatch batch) {
    int events = 0;
    for (MessageRow row : batch.messages) {
      events += row.eventId() == null ? 0 : 1;
      events += row.publicId() == null ? 0 : 2;
    }
    return events;
  }

  private static boolean farBehind(HistoryIndex index) {
    return index.tail().sealedRuns() > RUNS_AT_MOST;
  }

  private void index(int messages, int attempts) throws SQLException {
    long messagesIndexed = history.messages().fill(messages);
    long attemptsIndexed = history.attempts().fill(attempts);
    progress.next(progress.next().withIndexed(messagesIndexed, attemptsIndexed));
  }

  /** Fills the indexes as {@link #index} does, as far as there is time. */
  private void indexForAWhile(int messages, int attempts) throws SQLException {
    long began = System.nanoTime();
    int messagesLeft = messages;
    int attemptsLeft = attempts;
    do {
      index(Math.min(messagesLeft, INDEX_STEP), Math.min(attemptsLeft, INDEX_STEP));
      messagesLeft = Math.max(0, messagesLeft - INDEX_STEP);
      attemptsLeft = Math.max(0, attemptsLeft - INDEX_STEP);
    } while ((messagesLeft > 0 || attemptsLeft > 0) && System.nanoTime() - began < INDEX_NANOS);
  }

  /** Does a slice of upkeep; see {@link dev.posthorn.spi.store.Store#upkeep}. */
  boolean upkeep(long keepFrom, long now) {
    long indexFrom = Math.max(keepFrom, indexFrom(now));
    sealIfPast(history.messages(), indexFrom);
    sealIfPast(history.attempts(), indexFrom);
    boolean early = deferred(keepFrom, indexFrom, now);
    boolean past = retain(keepFrom, now);
    boolean parked = live.newlyParked().move(step -> transact(false, step::run));
    newMessages = 0;
    newEvents = 0;
    newAttempts = 0;
    return early || past || parked || history.messages().behind() || history.attempts().behind();
  }

  /**
   * Fills the indexes, and removes rows that go before the general retention; returns whether there
   * is more.
   */
  private boolean deferred(long keepFrom, long indexFrom, long now) {
    boolean[] more = new boolean[1];
    // Not synced: the next commit syncs the log up to itself, and until then this may be lost.
    transact(
        false,
        () -> {
          indexForAWhile(paced(newMessages + newEvents, INDEXED), paced(2 * newAttempts, INDEXED));
          int messages = paced(newMessages, EARLY);
          boolean due = payloads.slice(now, messages);
          // The next transaction can remove the rows that this one indexes.
          EarlyRemoval.Tails tails = new EarlyRemoval.Tails(messageTail(), attemptTail());
          boolean settled = indexedTo(indexFrom) >= indexFrom - 1;
          boolean walks = environments.slice(now, tails, settled, messages);
          boolean left = removedApplications.slice(now, tails, settled, messages);
          more[0] = due || walks || left || indexedTo(keepFrom) < keepFrom - 1;
        });
    return more[0];
  }

  /**
   * Removes rows that are past their retention, one transaction after another, while there is time,
   * and at least a quarter more than arrived: so it keeps up with whatever is accepted. An attempt
   * is processed three times, and there are four times as many attempts as messages.
   */
  private boolean retain(long keepFrom, long now) {
    long began = System.nanoTime();
    int left = 5 * Math.max(newMessages, 3 * newAttempts / 4) / 4;
    boolean more;
    do {
      more = retainSlice(keepFrom, now);
      left -= RETAINED;
    } while (more && (left > 0 || System.nanoTime() - began < RETAIN_NANOS));
    return more;
  }

  private boolean retainSlice(long keepFrom, long now) {
    boolean[] more = new boolean[1];
    transact(
        false,
        () -> {
          boolean past = retention.slice(keepFrom, indexedTo(keepFrom), RETAINED);
          boolean keys = dedupe.expire(now, DEDUPE_ROWS) == DEDUPE_ROWS;
          boolean hours = history.hours().expire(keepFrom, HOUR_ROWS) == HOUR_ROWS;
          more[0] = past || keys || hours;
        });
    return more[0];
  }

  /** Returns the id from which on no row has to be in the indexes for early removal. */
  private long indexFrom(long now) {
    try {
      return Math.max(environments.keepFrom(now), removedApplications.indexFrom());
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  /**
   * Returns half more rows than arrived, so that a run is indexed before the next is full, without
   * bursts.
   */
  private static int paced(int rows, Pace pace) {
    return Math.clamp(3L * rows / 2, pace.atLeast, pace.atMost);
  }

  private record Pace(int atLeast, int atMost) {}

  /**
   * Seals a run with expired rows: only indexed rows can be removed, along with their index rows.
   */
  private static void sealIfPast(HistoryIndex index, long keepFrom) {
    if (index.tail().view().indexed() < keepFrom && index.tail().isOpenBelow(keepFrom)) {
      index.tail().seal();
    }
  }

  private long indexedTo(long keepFrom) {
    long indexed = Math.min(messageTail().indexed(), attemptTail().indexed());
    return indexed >= keepFrom
        ? indexed
        : Math.min(history.messages().tail().minId(), history.attempts().tail().minId()) - 1;
  }

  private interface Work {
    void run() throws SQLException;
  }

  private void transact(boolean sync, Work work) {
    try {
      if (durable != sync) {
        Connections.run(connection, "PRAGMA synchronous = " + (sync ? "FULL" : "NORMAL"));
        durable = sync;
      }
      Connections.run(connection, "BEGIN IMMEDIATE");
    } catch (SQLException e) {
      throw errors.of(e);
    }
    try {
      work.run();
      progress.write();
    } catch (SQLException | RuntimeException e) {
      throw rollback(errors.of(e));
    } catch (Error e) { // no reason of the store's: the caller handles it
      throw rollback(e);
    }
    try {
      Connections.run(connection, "COMMIT");
    } catch (SQLException e) {
      throw rollback(errors.ofCommit(e));
    }
    staged.forEach(TransactionAware::committed);
  }

  private <T extends Throwable> T rollback(T cause) {
    staged.forEach(TransactionAware::rolledBack);
    try {
      statements.clear();
      Connections.run(connection, "ROLLBACK");
    } catch (SQLException e) {
      // After some errors SQLite has rolled back by itself, and reports so here.
      cause.addSuppressed(e);
    }
    return cause;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }
}
