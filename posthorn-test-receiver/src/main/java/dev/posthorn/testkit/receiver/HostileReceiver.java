package dev.posthorn.testkit.receiver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that misbehaves in one way on every connection, and counts the bytes it sends.
 *
 * <pre>{@code
 * try (HostileReceiver receiver = HostileReceiver.start(Misbehaviour.ENDLESS_BODY)) {
 *   send(receiver.url("/"));
 *   assertThat(receiver.bytesSent()).isLessThan(10_000_000);
 * }
 * }</pre>
 */
public final class HostileReceiver implements AutoCloseable {

  private static final int FILL_MILLIS = 300;
  private static final int FILL_AT_MOST = 16;

  final CountDownLatch closed = new CountDownLatch(1);
  final AtomicLong sent = new AtomicLong();
  final AtomicLong requests = new AtomicLong();
  private final Misbehavior misbehavior;
  private final @Nullable TestCertificate certificate;
  private final Listener listener;
  private final List<Socket> fillers = new ArrayList<>();

  private HostileReceiver(Misbehavior misbehavior, @Nullable TestCertificate certificate) {
    this.misbehavior = misbehavior;
    this.certificate = certificate;
    this.listener = new Listener(misbehavior == Misbehavior.NEVER_ACCEPT ? 1 : 1024);
  }

  /**
   * Starts a receiver with a misbehavior.
   *
   * @throws IllegalArgumentException if the misbehavior needs a certificate
   */
  public static HostileReceiver start(Misbehavior misbehavior) {
    if (misbehavior == Misbehavior.TLS_OTHER_NAME) {
      throw new IllegalArgumentException("misbehaviour: it needs a certificate; give one");
    }
    return started(new HostileReceiver(misbehavior, null));
  }

  /** Starts a receiver with a misbehavior that presents {@code certificate}. */
  public static HostileReceiver start(Misbehavior misbehavior, TestCertificate certificate) {
    return started(new HostileReceiver(misbehavior, certificate));
  }

  private static HostileReceiver started(HostileReceiver receiver) {
    if (receiver.misbehavior == Misbehavior.NEVER_ACCEPT) {
      receiver.fill();
    } else {
      receiver.listener.start(
          (socket, number) -> receiver.misbehavior.act(new Conversation(socket, receiver)));
    }
    return receiver;
  }

  /** Returns the port on 127.0.0.1. */
  public int port() {
    return listener.port();
  }

  /** Returns the URL of {@code path}, with the host 127.0.0.1. */
  public String url(String path) {
    return (misbehavior.isTls() ? "https" : "http") + "://127.0.0.1:" + port() + path;
  }

  /** Returns the number of response bytes sent so far. */
  public long bytesSent() {
    return sent.get();
  }

  /** Returns the number of complete requests. */
  public long requests() {
    return requests.get();
  }

  /** Returns the number of accepted connections. */
  public int connections() {
    return listener.accepted();
  }

  /** Returns the number of open connections. */
  public int openConnections() {
    return listener.open();
  }

  TestCertificate certificate() {
    if (certificate == null) {
      throw new IllegalStateException("this receiver has no certificate");
    }
    return certificate;
  }

  /** Opens its own connections until the accept queue is full. */
  private void fill() {
    InetSocketAddress here = listener.address();
    for (int i = 0; i < FILL_AT_MOST; i++) {
      Socket filler = new Socket();
      fillers.add(filler);
      try {
        filler.connect(here, FILL_MILLIS);
      } catch (SocketTimeoutException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    closed.countDown();
    listener.close();
    for (Socket filler : fillers) {
      try {
        filler.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
