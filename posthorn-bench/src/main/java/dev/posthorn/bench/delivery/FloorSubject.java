package dev.posthorn.bench.delivery;

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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The floor: the smallest program that stores a message and a live row before it sends, signs,
 * posts, and stores the outcome. One writer commits what has come since its last commit; 64 threads
 * with a connection each post. No retry, no limit, no endpoint, nothing else.
 */
final class FloorSubject implements Subject {
  private static final int SENDERS = 64;
  private static final int MOST = 2_000;

  private final LinkedBlockingQueue<Item> toStore = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Item> toSend = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Connection database;
  private final int port;
  private long nextId;
  private long commits;
  private long entries;

  /** A message on its way. */
  private static final class Item {
    final int endpoint;
    final byte[] body;
    final Runnable done;
    long id;
    boolean sent;

    Item(int endpoint, byte[] body, Runnable done) {
      this.endpoint = endpoint;
      this.body = body;
      this.done = done;
    }
  }

  FloorSubject(Path file, int port) throws SQLException {
    this.port = port;
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (var statement = database.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE message(id INTEGER PRIMARY KEY, endpoint INTEGER, body BLOB)");
      statement.execute("CREATE TABLE live(id INTEGER PRIMARY KEY, endpoint INTEGER)");
      statement.execute(
          "CREATE TABLE attempt(id INTEGER PRIMARY KEY, message INTEGER, endpoint INTEGER,"
              + " status INTEGER)");
    }
    database.setAutoCommit(false);
    threads.add(Thread.ofPlatform().daemon().start(this::write));
    for (int i = 0; i < SENDERS; i++) {
      threads.add(Thread.ofPlatform().daemon().start(this::post));
    }
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    toStore.add(new Item(endpoint, body, done));
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
        database.commit();
        commits++;
        entries += batch.size();
        for (Item item : batch) {
          if (item.sent) {
            item.done.run();
          } else {
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
    return entries / Math.max(1, commits) + " entries a commit";
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
