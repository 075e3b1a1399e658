package dev.posthorn.bench.delivery;

import dev.posthorn.internal.engine.base.LatencyHistogram;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
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
  private static final int MOST = 2_000;

  private final LinkedBlockingQueue<Item> toStore = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Item> toSend = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final LatencyHistogram commitTime = new LatencyHistogram();
  private final Connection database;
  private final int port;
  private long nextId;
  private long commits;
  private long entries;

  /** A message on its way. */
  private static final class Item {
    final int endpoint;
    final byte[] body;
    final LongConsumer accepted;
    final Runnable done;
    long id;
    boolean sent;

    Item(int endpoint, byte[] body, LongConsumer accepted, Runnable done) {
      this.endpoint = endpoint;
      this.body = body;
      this.accepted = accepted;
      this.done = done;
    }
  }

  /**
   * Opens a file and begins to work.
   *
   * @param file the database, created if it does not exist
   * @param port where the receiver listens on the loopback address
   */
  public FloorSubject(Path file, int port) throws SQLException {
    this.port = port;
    database = open(file);
    try (var statement = database.createStatement();
        var last = statement.executeQuery("SELECT max(id) FROM attempt")) {
      nextId = last.getLong(1);
    }
    threads.add(Thread.ofPlatform().daemon().start(this::write));
    for (int i = 0; i < SENDERS; i++) {
      threads.add(Thread.ofPlatform().daemon().start(this::post));
    }
  }

  private static Connection open(Path file) throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (var statement = database.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS message("
              + "id INTEGER PRIMARY KEY, endpoint INTEGER, body BLOB)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS live(id INTEGER PRIMARY KEY, endpoint INTEGER)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS attempt("
              + "id INTEGER PRIMARY KEY, message INTEGER, endpoint INTEGER, status INTEGER)");
    }
    database.setAutoCommit(false);
    return database;
  }

  /** Puts so many messages with an attempt each into a new file. */
  public static void fill(Path file, int count, int bytes, int endpoints) throws SQLException {
    try (Connection database = open(file);
        PreparedStatement message = database.prepareStatement("INSERT INTO message VALUES(?,?,?)");
        PreparedStatement attempt =
            database.prepareStatement("INSERT INTO attempt VALUES(?,?,?,200)")) {
      byte[] body = new byte[bytes];
      for (int i = 0; i < count; i++) {
        long id = 2L * i + 1;
        message.setLong(1, id);
        message.setInt(2, i % endpoints);
        message.setBytes(3, body);
        message.addBatch();
        attempt.setLong(1, id + 1);
        attempt.setLong(2, id);
        attempt.setInt(3, i % endpoints);
        attempt.addBatch();
        if (i % MOST == MOST - 1 || i == count - 1) {
          message.executeBatch();
          attempt.executeBatch();
          database.commit();
        }
      }
    }
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
    toStore.add(new Item(endpoint, body, accepted, done));
  }

  private void write() {
    try (PreparedStatement message =
            database.prepareStatement("INSERT INTO message VALUES(?,?,?)");
        PreparedStatement live = database.prepareStatement("INSERT INTO live VALUES(?,?)");
        PreparedStatement unlive = database.prepareStatement("DELETE FROM live WHERE id=?");
        PreparedStatement attempt =
            database.prepareStatement("INSERT INTO attempt VALUES(?,?,?,?)")) {
      List<Item> batch = new ArrayList<>();
      while (!Thread.currentThread().isInterrupted()) {
        batch.clear();
        batch.add(toStore.take());
        toStore.drainTo(batch, MOST - 1);
        for (Item item : batch) {
          if (item.sent) {
            unlive.setLong(1, item.id);
            unlive.executeUpdate();
            attempt.setLong(1, ++nextId);
            attempt.setLong(2, item.id);
            attempt.setLong(3, item.endpoint);
            attempt.setLong(4, 200);
            attempt.executeUpdate();
          } else {
            item.id = ++nextId;
            message.setLong(1, item.id);
            message.setLong(2, item.endpoint);
            message.setBytes(3, item.body);
            message.executeUpdate();
            live.setLong(1, item.id);
            live.setLong(2, item.endpoint);
            live.executeUpdate();
          }
        }
        long start = System.nanoTime();
        database.commit();
        commitTime.record(System.nanoTime() - start);
        commits++;
        entries += batch.size();
        for (Item item : batch) {
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
        Item item = toSend.take();
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

  private byte[] request(Item item, Mac mac) {
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
    database.close();
  }
}
