package dev.posthorn.testkit.postgresql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A pooler in transaction mode, at its worst: each transaction gets another session than the one
 * before. It knows nothing of prepared statements, and makes up the process id that clients get.
 */
public final class TransactionPooler implements AutoCloseable {
  private static final int PROTOCOL = 196_608;
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  private final ServerSocket listener;
  private final List<Session> sessions = new ArrayList<>();
  private final BlockingQueue<Session> idle;
  private final AtomicInteger clients = new AtomicInteger();
  private final int server;

  private TransactionPooler(TestDatabase database, int size) throws IOException {
    this.server = database.server().port();
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.idle = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      Session session = new Session(database);
      sessions.add(session);
      idle.add(session);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Opens a pooler with a number of sessions of a database. */
  public static TransactionPooler before(TestDatabase database, int size) throws IOException {
    return new TransactionPooler(database, size);
  }

  /** Returns the JDBC URL of a database through the pooler, for the superuser. */
  public String url(TestDatabase database) {
    return database.url().replace(":" + server + "/", ":" + listener.getLocalPort() + "/");
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket client) {
    @Nullable Session session = null;
    try (client;
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
      client.setTcpNoDelay(true);
      welcome(in, out);
      while (true) {
        int type = in.readByte();
        byte[] body = in.readNBytes(in.readInt() - 4);
        if (type == 'X') {
          return;
        }
        if (session == null) {
          session = idle.take();
        }
        session.send(type, body);
        if ((type == 'Q' || type == 'S') && session.answer(out)) {
          idle.add(session);
          session = null;
        }
      }
    } catch (EOFException e) {
      // The client has gone.
    } catch (IOException e) {
      // The client has gone, or the pooler was closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (session != null) {
        session.rollBack(idle);
      }
    }
  }

  private void welcome(DataInputStream in, DataOutputStream out) throws IOException {
    int length = in.readInt();
    int code = in.readInt();
    while (code == SSL_REQUEST || code == GSS_REQUEST) {
      out.writeByte('N');
      out.flush();
      length = in.readInt();
      code = in.readInt();
    }
    in.readNBytes(length - 8); // user and database are those of the sessions
    message(out, 'R', new byte[4]);
    Map<String, String> parameters =
        Map.of(
            "server_version", "17.5",
            "server_encoding", "UTF8",
            "client_encoding", "UTF8",
            "DateStyle", "ISO, MDY",
            "TimeZone", "UTC",
            "integer_datetimes", "on",
            "standard_conforming_strings", "on");
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      message(out, 'S', strings(each.getKey(), each.getValue()));
    }
    int made = 1_000_000_000 + clients.incrementAndGet();
    message(
        out,
        'K',
        new byte[] {
          (byte) (made >> 24), (byte) (made >> 16), (byte) (made >> 8), (byte) made, 0, 0, 0, 1
        });
    message(out, 'Z', new byte[] {'I'});
    out.flush();
  }

  private static void message(DataOutputStream out, int type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
  }

  private static byte[] strings(String... texts) {
    return (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
  }

  /** Closes the pooler and its sessions. */
  @Override
  public void close() {
    try {
      listener.close();
      for (Session session : sessions) {
        session.socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A session of the server. */
  private static final class Session {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Session(TestDatabase database) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), database.server().port());
      socket.setTcpNoDelay(true);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      byte[] start = strings("user", "postgres", "database", database.name(), "");
      out.writeInt(start.length + 8);
      out.writeInt(PROTOCOL);
      out.write(start);
      answer(new DataOutputStream(java.io.OutputStream.nullOutputStream()));
    }

    void send(int type, byte[] body) throws IOException {
      message(out, type, body);
    }

    /** Passes on the answer; returns whether the session is in no transaction after it. */
    boolean answer(DataOutputStream to) throws IOException {
      out.flush();
      while (true) {
        int type = in.readByte();
        byte[] body = in.readNBytes(in.readInt() - 4);
        message(to, type, body);
        if (type == 'Z') {
          to.flush();
          return body[0] == 'I';
        }
        if (type == 'E' && body.length > 0 && in.available() == 0) {
          to.flush();
        }
      }
    }

    void rollBack(BlockingQueue<Session> idle) {
      try {
        send('Q', strings("ROLLBACK"));
        answer(new DataOutputStream(java.io.OutputStream.nullOutputStream()));
        idle.add(this);
      } catch (IOException e) {
        // It has gone: the pooler has one less.
      }
    }
  }
}
