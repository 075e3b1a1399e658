package dev.posthorn.bench.delivery;

import dev.posthorn.internal.engine.base.LatencyHistogram;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The floor: the smallest program that stores a message and a live row before it sends, signs,
 * posts, and stores the outcome. One writer commits what has come since its last commit; 64 threads
 * with a connection each post. No retry, no limit, no endpoint, nothing else.
 */
public final class FloorSubject implements Subject {
  private static final int SENDERS = 64;

  private final LinkedBlockingQueue<FloorItem> toStore = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<FloorItem> toSend = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final LatencyHistogram commitTime = new LatencyHistogram();
  private final FloorStore store;
  private final int port;
  private long nextId;
  private long commits;
  private long entries;

  /**
   * Begins to work on a store, which it closes in the end.
   *
   * @param port where the receiver listens on the loopback address
   */
  private FloorSubject(FloorStore store, int port) throws SQLException {
    this.port = port;
    this.store = store;
    this.nextId = store.lastId();
    threads.add(Thread.ofPlatform().daemon().name("floor-writer").start(this::write));
    for (int i = 0; i < SENDERS; i++) {
      threads.add(Thread.ofPlatform().daemon().name("floor-sender-" + i).start(this::post));
    }
  }

  /**
   * Begins to work on a SQLite file.
   *
   * @param file the database, created if it does not exist
   * @param port where the receiver listens on the loopback address
   */
  public FloorSubject(Path file, int port) throws SQLException {
    this(new SqliteFloorStore(file), port);
  }

  /**
   * Begins to work on a PostgreSQL database.
   *
   * @param url the database, which gets the floor's tables if it does not have them
   * @param port where the receiver listens on the loopback address
   */
  public static FloorSubject postgresql(String url, int port) throws SQLException {
    return new FloorSubject(new PostgresqlFloorStore(url), port);
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    send(endpoint, body, id -> {}, done);
  }

  /**
   * Hands in a message.
   *
   * @param accepted given its id once it is on disk, before it is sent
   * @param done run once its outcome is on disk
   */
  public void send(int endpoint, byte[] body, LongConsumer accepted, Runnable done) {
    toStore.add(new FloorItem(endpoint, body, accepted, done));
  }

  private void write() {
    List<FloorItem> batch = new ArrayList<>();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        batch.clear();
        batch.add(toStore.take());
        toStore.drainTo(batch, FloorStore.MAX_BATCH - 1);
        for (FloorItem item : batch) {
          if (item.sent) {
            item.attempt = ++nextId;
          } else {
            item.id = ++nextId;
          }
        }
        commitTime.record(store.write(batch));
        commits++;
        entries += batch.size();
        for (FloorItem item : batch) {
          if (item.sent) {
            item.done.run();
          } else {
            item.accepted.accept(item.id);
            toSend.add(item);
          }
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void post() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
      byte[] answer = new byte[1_024];
      InputStream in = socket.getInputStream();
      while (true) {
        FloorItem item = toSend.take();
        socket.getOutputStream().write(request(item, mac));
        int read = in.read(answer);
        if (read < 12 || answer[9] != '2') {
          throw new IOException("no 2xx");
        }
        item.sent = true;
        toStore.add(item);
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] request(FloorItem item, Mac mac) {
    String id = "msg_" + item.id;
    long seconds = System.currentTimeMillis() / 1_000;
    mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII));
    String signature = Base64.getEncoder().encodeToString(mac.doFinal(item.body));
    byte[] head =
        ("POST /hooks/"
                + item.endpoint
                + " HTTP/1.1\r\nhost: 127.0.0.1:"
                + port
                + "\r\ncontent-type: application/json\r\nwebhook-id: "
                + id
                + "\r\nwebhook-timestamp: "
                + seconds
                + "\r\nwebhook-signature: v1,"
                + signature
                + "\r\ncontent-length: "
                + item.body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + item.body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(item.body, 0, request, head.length, item.body.length);
    return request;
  }

  @Override
  public String commits() {
    return "%d entries a commit, COMMIT p50/p99 %.1f/%.1f ms"
        .formatted(
            entries / Math.max(1, commits),
            commitTime.quantileMicros(0.5) / 1e3,
            commitTime.quantileMicros(0.99) / 1e3);
  }

  @Override
  public void close() throws SQLException {
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      try {
        thread.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    store.close();
  }
}
