package dev.posthorn.testkit.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A connection through a {@link DatabaseProxy}, with a thread for each direction. */
final class ProxiedConnection {
  private static final int TLS_REQUEST = 80_877_103;
  private static final int ENCRYPTION_REQUEST = 80_877_104;
  private static final int BUFFER_BYTES = 64 * 1_024;

  private final DatabaseProxy proxy;
  private final Socket client;
  private final Socket server;
  private final Transaction transaction = new Transaction();
  private volatile boolean silent;

  ProxiedConnection(DatabaseProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  /** Returns the port by which the server knows this connection. */
  int port() {
    return server.getLocalPort();
  }

  /** Returns the statements of the last transaction that was committed, as text. */
  String committed() {
    return transaction.committed();
  }

  /** Closes the connection on both sides, as a restarted firewall does. */
  void cut() {
    silent = false;
    close(client);
    close(server);
    proxy.ended(this);
  }

  /** Delivers nothing from now on, in neither direction, and tells nobody: the peer is gone. */
  void silence() {
    silent = true;
    close(server);
  }

  void start() {
    Thread.ofPlatform().daemon().name("chaos-client").start(this::fromClient);
    Thread.ofPlatform().daemon().name("chaos-server").start(this::fromServer);
  }

  private void fromClient() {
    try {
      DataInputStream in = input(client);
      OutputStream out = output(server);
      begin(in, out);
      for (Frame frame; (frame = Frame.read(in)) != null; ) {
        proxy.awaitFlow();
        boolean commits = transaction.sent(frame);
        if (commits) {
          out.flush();
          proxy.at(Seam.BEFORE_COMMIT, this);
        }
        out.write(frame.bytes());
        if (commits || in.available() == 0) {
          out.flush();
        }
        if (commits) {
          // What the driver sends behind it belongs to the commit.
          forwardAvailable(in, out);
          proxy.at(Seam.DURING_COMMIT, this);
        }
      }
    } catch (IOException e) {
      // One of the sides has ended.
    } finally {
      end();
    }
  }

  /** Forwards the beginning of a connection, which is not encrypted. */
  private void begin(DataInputStream in, OutputStream out) throws IOException {
    Frame frame = Frame.readStartup(in);
    while (frame.startupCode() == TLS_REQUEST || frame.startupCode() == ENCRYPTION_REQUEST) {
      client.getOutputStream().write('N');
      frame = Frame.readStartup(in);
    }
    out.write(frame.bytes());
    out.flush();
  }

  private void forwardAvailable(DataInputStream in, OutputStream out) throws IOException {
    while (in.available() > 0) {
      Frame frame = Frame.read(in);
      if (frame == null) {
        return;
      }
      transaction.sent(frame);
      out.write(frame.bytes());
    }
    out.flush();
  }

  private void fromServer() {
    try {
      DataInputStream in = input(server);
      OutputStream out = output(client);
      for (Frame frame; (frame = Frame.read(in)) != null; ) {
        proxy.awaitFlow();
        if (transaction.received(frame)) {
          out.flush();
          proxy.at(Seam.AFTER_COMMIT, this);
        }
        if (silent) {
          return;
        }
        out.write(frame.bytes());
        if (in.available() == 0) {
          proxy.awaitDelay();
          out.flush();
        }
      }
    } catch (IOException e) {
      // One of the sides has ended.
    } finally {
      end();
    }
  }

  private void end() {
    if (!silent) {
      cut();
    }
  }

  private static DataInputStream input(Socket socket) throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
  }

  private static OutputStream output(Socket socket) throws IOException {
    return new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  private static void close(@Nullable Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is closed.
    }
  }
}
