package dev.posthorn.testkit.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on 127.0.0.1 in front of a PostgreSQL server that fails on request: it refuses, cuts,
 * stalls or silences connections, or runs a fault at the commit of a transaction. It reads the
 * protocol, so connections through it are not encrypted.
 */
public final class DatabaseProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final ServerSocket listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();
  private final InetSocketAddress server;
  private volatile CountDownLatch flow = new CountDownLatch(0);
  private volatile boolean refusing;
  private volatile long delayNanos;

  /** A fault that waits for its moment. */
  private record Armed(
      Seam seam,
      Predicate<String> transaction,
      Consumer<ProxiedConnection> fault,
      CountDownLatch done) {}

  /**
   * Starts to listen.
   *
   * @param host the host of the server
   * @param port the port of the server
   */
  public DatabaseProxy(String host, int port) throws IOException {
    server = new InetSocketAddress(host, port);
    Thread.ofPlatform().daemon().name("chaos-listener").start(this::accept);
  }

  /** Returns the port on which it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Returns the connections that are open. */
  Set<ProxiedConnection> connections() {
    return Set.copyOf(connections);
  }

  /** Cuts all connections. */
  public void cutAll() {
    connections.forEach(ProxiedConnection::cut);
  }

  /** Silences all connections: nobody hears of their end. New ones work. */
  public void silenceAll() {
    connections.forEach(ProxiedConnection::silence);
  }

  /** Refuses new connections, or accepts them again. */
  public void refuse(boolean refused) {
    refusing = refused;
  }

  /** Delivers nothing in either direction until {@link #flow}. */
  public void stall() {
    flow = new CountDownLatch(1);
  }

  /** Delivers what was held back, and what comes. */
  public void flow() {
    flow.countDown();
  }

  /** Delivers each answer of the server so much later from now on; a zero ends that. */
  public void delay(Duration time) {
    delayNanos = time.toNanos();
  }

  /**
   * Cuts a connection once: at the next transaction that writes, after the server has committed it
   * and before the client knows.
   */
  public void loseAnswerToCommit() {
    armed.set(
        new Armed(Seam.AFTER_COMMIT, any -> true, ProxiedConnection::cut, new CountDownLatch(1)));
  }

  /** Silences a connection once, at the same moment. */
  public void silenceAfterCommit() {
    armed.set(
        new Armed(
            Seam.AFTER_COMMIT, any -> true, ProxiedConnection::silence, new CountDownLatch(1)));
  }

  /**
   * Runs a fault once, at the next commit of a transaction. The connection delivers nothing
   * meanwhile.
   *
   * @param transaction chooses the transaction by its statements
   * @param patience the time to wait for such a transaction, and for the fault to end
   * @return whether the fault was run
   */
  boolean once(
      Seam seam,
      Predicate<String> transaction,
      Consumer<ProxiedConnection> fault,
      long patience,
      TimeUnit unit)
      throws InterruptedException {
    Armed next = new Armed(seam, transaction, fault, new CountDownLatch(1));
    armed.set(next);
    boolean done = next.done.await(patience, unit);
    return done || (!armed.compareAndSet(next, null) && next.done.await(patience, unit));
  }

  /** Returns whether a fault waits for its moment. */
  public boolean isArmed() {
    return armed.get() != null;
  }

  void at(Seam seam, ProxiedConnection connection) {
    Armed waiting = armed.get();
    if (waiting != null
        && waiting.seam == seam
        && waiting.transaction.test(connection.committed())
        && armed.compareAndSet(waiting, null)) {
      try {
        waiting.fault.accept(connection);
      } finally {
        waiting.done.countDown();
      }
    }
  }

  void awaitFlow() throws IOException {
    try {
      flow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  void awaitDelay() {
    long end = System.nanoTime() + delayNanos;
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  void ended(ProxiedConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing || !forward(client)) {
          client.close();
        }
      } catch (IOException e) {
        // The client has ended, or the proxy is closed.
      }
    }
  }

  private boolean forward(Socket client) throws IOException {
    client.setTcpNoDelay(true);
    Socket upstream = new Socket();
    try {
      upstream.connect(server, CONNECT_MILLIS);
      upstream.setTcpNoDelay(true);
    } catch (IOException e) {
      upstream.close();
      return false;
    }
    ProxiedConnection connection = new ProxiedConnection(this, client, upstream);
    connections.add(connection);
    connection.start();
    return true;
  }

  /** Stops to listen, and cuts all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // It is closed.
    }
    flow();
    cutAll();
  }
}
