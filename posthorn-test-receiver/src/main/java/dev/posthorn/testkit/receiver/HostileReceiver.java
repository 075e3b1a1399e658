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
 * A receiver that misbehaves in one way, with every connection, and counts what it got rid of.
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
  private final Misbehavior misbehaviour;
  private final @Nullable TestCertificate certificate;
  private final Listener listener;
  private final List<Socket> fillers = new ArrayList<>();

  private HostileReceiver(Misbehavior misbehaviour, @Nullable TestCertificate certificate) {
    this.misbehaviour = misbehaviour;
    this.certificate = certificate;
    this.listener = new Listener(misbehaviour == Misbehavior.NEVER_ACCEPT ? 1 : 1024);
  }

  /**
   * Starts a receiver that misbehaves so.
   *
   * @throws IllegalArgumentException if the misbehaviour needs a certificate
   */
  public static HostileReceiver start(Misbehavior misbehaviour) {
    if (misbehaviour == Misbehavior.TLS_OTHER_NAME) {
      throw new IllegalArgumentException("misbehaviour: it needs a certificate; give one");
    }
    return started(new HostileReceiver(misbehaviour, null));
  }

  /** Starts a receiver that misbehaves so and shows {@code certificate}. */
  public static HostileReceiver start(Misbehavior misbehaviour, TestCertificate certificate) {
    return started(new HostileReceiver(misbehaviour, certificate));
  }

  private static HostileReceiver started(HostileReceiver receiver) {
    if (receiver.misbehaviour == Misbehavior.NEVER_ACCEPT) {
      receiver.fill();
    } else {
      receiver.listener.start(
          (socket, number) -> receiver.misbehaviour.act(new Conversation(socket, receiver)));
    }
    return receiver;
  }

  /** Returns the port on 127.0.0.1. */
  public int port() {
    return listener.port();
  }

  /** Returns the URL of {@code path}, with the host 127.0.0.1. */
  public String url(String path) {
    return (misbehaviour.isTls() ? "https" : "http") + "://127.0.0.1:" + port() + path;
  }

  /** Returns how many bytes of responses have left this program. */
  public long bytesSent() {
    return sent.get();
  }

  /** Returns how many requests have come whole. */
  public long requests() {
    return requests.get();
  }

  /** Returns how many connections have been accepted. */
  public int connections() {
    return listener.accepted();
  }

  /** Returns how many connections are open. */
  public int openConnections() {
    return listener.open();
  }

  TestCertificate certificate() {
    if (certificate == null) {
      throw new IllegalStateException("this receiver has no certificate");
    }
    return certificate;
  }

  /** Makes connections of its own until the queue of those that wait to be accepted is full. */
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
