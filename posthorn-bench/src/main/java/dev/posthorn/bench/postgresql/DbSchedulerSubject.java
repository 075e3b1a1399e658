package dev.posthorn.bench.postgresql;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.bench.delivery.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * db-scheduler as an outbox: a message is a task that is due at once, and is removed when it was
 * delivered.
 *
 * <p>It polls as its documentation advises for high throughput ({@code lock-and-fetch} with the
 * fractions 1.0 and 4.0), and also executes at once what is due at once, for low latency. Task data
 * is bytes, which need no serializer. It has as many threads as the floor has senders.
 */
final class DbSchedulerSubject implements Subject {
  private static final int THREADS = 64;
  private static final TaskDescriptor<byte[]> DELIVERY =
      TaskDescriptor.of("delivery", byte[].class);
  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamp with time zone NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamp with time zone,
        last_failure timestamp with time zone,
        consecutive_failures integer,
        last_heartbeat timestamp with time zone,
        version bigint NOT NULL,
        priority smallint,
        PRIMARY KEY (task_name, task_instance));
      CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
      CREATE INDEX priority_execution_time_idx
        ON scheduled_tasks (priority DESC, execution_time ASC)""";

  private final HikariDataSource database;
  private final PeerCallers callers = new PeerCallers();
  private final PeerSender sender;
  private final Scheduler scheduler;

  /**
   * Starts it on a database without tables.
   *
   * @param port where the receiver listens on the loopback address
   */
  DbSchedulerSubject(String url, int port) throws SQLException {
    sender = new PeerSender(port);
    database = new HikariDataSource();
    database.setJdbcUrl(url);
    database.setMaximumPoolSize(THREADS);
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    scheduler =
        Scheduler.create(database, delivery())
            .threads(THREADS)
            .pollUsingLockAndFetch(1.0, 4.0)
            .pollingInterval(Duration.ofMillis(100))
            .enableImmediateExecution()
            .serializer(new Bytes())
            .build();
    scheduler.start();
  }

  private CustomTask<byte[]> delivery() {
    return Tasks.custom(DELIVERY)
        .execute(
            (instance, context) -> {
              deliver(instance.getId(), instance.getData());
              return (complete, operations) -> {
                operations.remove();
                callers.done(instance.getId());
              };
            });
  }

  private void deliver(String id, byte[] data) {
    ByteBuffer message = ByteBuffer.wrap(data);
    int endpoint = message.getInt();
    byte[] body = new byte[message.remaining()];
    message.get(body);
    try {
      sender.post(id, endpoint, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    byte[] data =
        ByteBuffer.allocate(Integer.BYTES + body.length).putInt(endpoint).put(body).array();
    callers.call(
        id -> scheduler.schedule(DELIVERY.instance(id).data(data).scheduledTo(Instant.now())),
        done);
  }

  @Override
  public String commits() {
    return "lock-and-fetch (1.0, 4.0), immediate execution, " + THREADS + " threads";
  }

  @Override
  public void close() {
    callers.close();
    scheduler.stop();
    database.close();
    sender.close();
  }

  /** Task data as it is. */
  private static final class Bytes implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return (byte[]) data;
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] data) {
      return type.cast(data);
    }
  }
}
