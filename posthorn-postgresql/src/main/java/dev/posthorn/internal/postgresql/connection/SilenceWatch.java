package dev.posthorn.internal.postgresql.connection;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends transactions whose peer has gone silent. While one takes longer than a second, the watch
 * asks the server on another connection: a session that the server works on may take its time, but
 * one that is gone, or that waits for this process while this process waits for it, will never
 * answer. A failure of the network that takes one connection alone is found in two seconds that
 * way, however slow a database may be. A process that prepares its next statement may take its
 * time, too: on a busy machine that is seconds.
 *
 * <p>Behind a pooler, nobody knows the server's process: then only the limits of the connection end
 * the wait.
 */
final class SilenceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

  /** The time that a transaction may take before the server is asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration OPENING = Duration.ofSeconds(3);

  /** The driver's classes that send requests and read answers. */
  private static final String DRIVER_EXCHANGE = "org.postgresql.core.";

  /** The states of a session that waits for its client. */
  private static final Set<String> WAITING =
      Set.of("idle", "idle in transaction", "idle in transaction (aborted)");

  private static final String SESSIONS =
      "SELECT pid, coalesce(state, ''), coalesce(state_change::text, '')"
          + " FROM pg_catalog.pg_stat_activity WHERE pid = ANY(?)";

  private final Set<Watched> running = ConcurrentHashMap.newKeySet();
  private final SingleConnection questions;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;

  private SilenceWatch(SingleConnection questions) {
    this.questions = questions;
    this.thread = Thread.ofPlatform().name("posthorn-silence").daemon().unstarted(this::watch);
  }

  /** Starts to watch; the server is asked on connections of a source. */
  static SilenceWatch start(ConnectionSource source, SchemaName schema) {
    KeptConnection kept =
        new KeptConnection(new Opening(source, OPENING), SessionSettings.question());
    SilenceWatch watch = new SilenceWatch(new SingleConnection(kept, schema));
    watch.thread.start();
    return watch;
  }

  /** A session of the server: its state, and the time since which it has it. */
  private record Sight(String state, String since) {
    boolean waits() {
      return WAITING.contains(state);
    }
  }

  /** A transaction that runs. */
  static final class Watched {
    private final int process;
    private final Runnable abort;
    private final long sinceNanos = System.nanoTime();
    private final Thread owner = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();

    /** The last answer of the server. Owned by the watch. */
    private @Nullable Sight last;

    /** The looks in a row at which its thread was in an exchange with the server. */
    private int exchanging;

    private boolean ended;
    private boolean aborted;

    private Watched(int process, Runnable abort) {
      this.process = process;
      this.abort = abort;
    }

    private boolean isLong(long now) {
      return now - sinceNanos > PATIENCE.toNanos();
    }

    /** Looks where its thread is. */
    private void look() {
      boolean exchanges =
          Stream.of(owner.getStackTrace())
              .anyMatch(frame -> frame.getClassName().startsWith(DRIVER_EXCHANGE));
      exchanging = exchanges ? exchanging + 1 : 0;
    }

    /** Ends it from outside, unless it has ended; then its connection may have another use. */
    private boolean abort() {
      lock.lock();
      try {
        if (ended) {
          return false;
        }
        aborted = true;
        abort.run();
        return true;
      } finally {
        lock.unlock();
      }
    }

    private boolean end() {
      lock.lock();
      try {
        ended = true;
        return !aborted;
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Begins to watch a transaction.
   *
   * @param process the server's process, or 0 if it is unknown
   * @param abort ends the connection, on any thread
   */
  Watched begin(int process, Runnable abort) {
    Watched next = new Watched(process, abort);
    if (process != 0) {
      running.add(next);
    }
    return next;
  }

  /** Takes note of a transaction's end; returns whether its connection is still intact. */
  boolean end(Watched watched) {
    running.remove(watched);
    return watched.end();
  }

  private void watch() {
    while (stop.pause(PERIOD)) {
      try {
        look();
      } catch (Throwable e) { // of a DataSource of the user's, or no thread for the connection
        LOG.debug("Failed to ask the server about sessions that do not answer", e);
      }
    }
    questions.close();
  }

  private void look() throws SQLException {
    long now = System.nanoTime();
    List<Watched> late = running.stream().filter(each -> each.isLong(now)).toList();
    if (late.isEmpty()) {
      questions.close(); // a server has few
      return;
    }
    late.forEach(Watched::look); // before: what was sent by then, the server has
    Map<Integer, Sight> sights = ask(late);
    for (Watched each : late) {
      judge(each, sights.get(each.process));
    }
  }

  private Map<Integer, Sight> ask(List<Watched> late) throws SQLException {
    Object[] processes = late.stream().map(each -> each.process).toArray();
    return questions.transact(
        session -> {
          Map<Integer, Sight> found = new HashMap<>();
          try (PreparedStatement statement = session.prepare(SESSIONS)) {
            statement.setArray(1, session.connection().createArrayOf("integer", processes));
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                found.put(rows.getInt(1), new Sight(rows.getString(2), rows.getString(3)));
              }
            }
          }
          return found;
        });
  }

  private static void judge(Watched watched, @Nullable Sight sight) {
    Sight before = watched.last;
    watched.last = sight;
    boolean silent =
        sight == null || (sight.waits() && sight.equals(before) && watched.exchanging > 1);
    if (silent && watched.abort()) {
      LOG.warn(
          "Connection to the database ended: it was silent, while the server's session {}",
          sight == null ? "is gone" : "has been " + sight.state() + " since " + sight.since());
    }
  }

  /** Ends the watch, after the last transaction. */
  @Override
  public void close() {
    var unused = stop.give();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(OPENING.toSeconds() + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
