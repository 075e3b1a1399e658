package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The network between a program and a server: it can go silent, break, or lose the answer to a
 * statement that the server has run.
 */
public final class DatabaseProxy implements AutoCloseable {
  private static final int BUFFER = 65_536;

  private final int server;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition audible = lock.newCondition();
  private boolean silent;
  private boolean refusing;
  private volatile @Nullable String losesAnswerTo;

  private DatabaseProxy(int server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Opens a proxy before a server. */
  public static DatabaseProxy before(EmbeddedPostgresql server) throws IOException {
    return new DatabaseProxy(server.port());
  }

  /** Returns the JDBC URL of a database through the proxy, for the superuser. */
  public String url(TestDatabase database) {
    return database.url().replace(":" + server + "/", ":" + listener.getLocalPort() + "/");
  }

  /** Keeps all bytes from now on, in both directions; connections stay open. */
  public void silence() {
    setSilent(true);
  }

  /** Passes on what was kept, and what comes. */
  public void resume() {
    setSilent(false);
  }

  /** Breaks all connections. */
  public void cut() {
    links.forEach(Link::close);
  }

  /** Sets whether new connections are closed at once. */
  public void refuse(boolean refused) {
    lock.lock();
    try {
      refusing = refused;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Breaks the next connection on which a client sends some text, after the server has got it and
   * before the client has the answer.
   */
  public void loseAnswerTo(String text) {
    losesAnswerTo = text;
  }

  /** Returns whether an answer is still to be lost. */
  public boolean isToLoseAnswer() {
    return losesAnswerTo != null;
  }

  private void setSilent(boolean value) {
    lock.lock();
    try {
      silent = value;
      audible.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        if (isRefusing()) {
          client.close();
        } else {
          Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), server));
          links.add(link);
          link.start();
        }
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private boolean isRefusing() {
    lock.lock();
    try {
      return refusing;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the proxy and all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    resume();
    cut();
  }

  private final class Link {
    private final Socket client;
    private final Socket backend;

    /** True once the client gets no more answers. */
    private volatile boolean mute;

    Link(Socket client, Socket backend) throws IOException {
      this.client = client;
      this.backend = backend;
      client.setTcpNoDelay(true);
      backend.setTcpNoDelay(true);
    }

    void start() {
      Thread.ofVirtual().start(() -> pump(client, backend, true));
      Thread.ofVirtual().start(() -> pump(backend, client, false));
    }

    private void pump(Socket from, Socket to, boolean request) {
      byte[] buffer = new byte[BUFFER];
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          awaitSound();
          if (request) {
            mute |= takesLoss(buffer, read);
            out.write(buffer, 0, read);
          } else if (mute) {
            break; // the server has run it, and nobody hears of that
          } else {
            out.write(buffer, 0, read);
          }
          out.flush();
        }
      } catch (IOException | InterruptedException e) {
        // One side has ended: so does the other.
      } finally {
        close();
      }
    }

    private void awaitSound() throws InterruptedException {
      lock.lock();
      try {
        while (silent) {
          audible.await();
        }
      } finally {
        lock.unlock();
      }
    }

    private boolean takesLoss(byte[] buffer, int length) {
      String text = losesAnswerTo;
      if (text == null
          || !new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(text)) {
        return false;
      }
      losesAnswerTo = null;
      return true;
    }

    void close() {
      links.remove(this);
      try (Socket first = client;
          Socket second = backend) {
        // Both are closed.
      } catch (IOException e) {
        // It was closed.
      }
    }
  }
}
