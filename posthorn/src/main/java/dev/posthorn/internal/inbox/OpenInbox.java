package dev.posthorn.internal.inbox;

import dev.posthorn.Inbox;
import dev.posthorn.InboxOptions;
import dev.posthorn.InboxStats;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.SendRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An inbox with its relay. Thread-safe. */
public final class OpenInbox implements Inbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenInbox.class);
  private static final long CLOSE_MILLIS = 5_000;

  private final InboxOptions options;
  private final InboxWriter writer;
  private final RelayPace pace;
  private final RelayCounters counters = new RelayCounters();
  private final TraceContexts traces;
  private final Relay relay;

  private OpenInbox(
      InboxOptions options, Destination destination, Keyring keys, TraceContexts traces) {
    PayloadCipher cipher = new PayloadCipher(keys);
    this.traces = traces;
    this.options = options;
    this.writer = new InboxWriter(options, cipher);
    this.pace = new RelayPace(System::nanoTime, options.pollInterval().toNanos());
    this.relay =
        new Relay(options, destination, new RowReader(destination, cipher, traces), pace, counters);
  }

  /**
   * Opens an inbox, whose relay is still to be started.
   *
   * @throws dev.posthorn.PosthornException with INVALID if the table does not exist, or cannot be
   *     used as it is. A database that cannot be reached now is tried again and again
   */
  public static OpenInbox open(InboxOptions options, Destination destination, Keyring keys) {
    return open(options, destination, keys, TraceContexts.NONE);
  }

  /** Opens an inbox that passes trace contexts on; see the other method. */
  public static OpenInbox open(
      InboxOptions options, Destination destination, Keyring keys, TraceContexts traces) {
    probe(options);
    return new OpenInbox(options, destination, keys, traces);
  }

  /** Starts the relay. */
  public void start() {
    relay.start();
  }

  private static void probe(InboxOptions options) {
    Dialect dialect = Dialect.STANDARD;
    try (RelayConnection connection = RelayConnection.open(options.dataSource())) {
      dialect = connection.dialect();
      new InboxTable(connection, options.table()).probe();
    } catch (SQLException e) {
      if (SqlProblem.of(e, dialect).isMistake()) {
        throw SqlProblem.ofRelay(e, options.table(), dialect);
      }
      LOG.warn("Database of the inbox not reached, tried again: {}", e.getMessage());
    }
  }

  /**
   * Writes messages in the transaction of a connection.
   *
   * @param application the uid of their application, or its public id
   * @param messages messages with public ids
   * @param now the wall time in milliseconds
   */
  public void write(
      Connection connection, String application, List<SendRequest> messages, long now) {
    writer.write(connection, application, messages, traces.current(), now);
    pace.sent();
  }

  @Override
  public void nudge() {
    pace.nudge();
  }

  /**
   * Waits until all rows that were committed before, and may be relayed now, have become messages;
   * returns whether that came about in time.
   */
  public boolean awaitEmpty(Duration patience) throws InterruptedException {
    return pace.awaitEmpty(patience.toNanos());
  }

  @Override
  public InboxStats stats() {
    return counters.stats();
  }

  @Override
  public int retryRejected() {
    Dialect dialect = Dialect.STANDARD;
    try (RelayConnection connection = RelayConnection.open(options.dataSource())) {
      dialect = connection.dialect();
      int rows = new InboxTable(connection, options.table()).retryRejected();
      counters.rejected(0);
      pace.nudge();
      return rows;
    } catch (SQLException e) {
      throw SqlProblem.ofRelay(e, options.table(), dialect);
    }
  }

  /** Stops the relay. Rows that are not relayed yet stay. */
  @Override
  public void close() {
    relay.close(CLOSE_MILLIS);
  }
}
