package dev.posthorn.testkit.receiver;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved receiver: keeps connections alive, records requests, and answers each one as a
 * function says, on a virtual thread.
 *
 * <pre>{@code
 * try (Receiver receiver = Receiver.answering(request -> Answer.status(204))) {
 *   send(receiver.url("/hooks"));
 *   receiver.awaitRequests(1);
 *   assertThat(receiver.requests().getFirst().text()).isEqualTo("{}");
 * }
 * }</pre>
 */
public final class Receiver implements AutoCloseable {

  private static final int REMEMBERED = 10_000;

  private final Function<ReceivedRequest, Answer> answers;
  private final @Nullable SSLContext tls;
  private final boolean needsClients;
  private volatile int most = REMEMBERED;
  private final List<String> clients = new CopyOnWriteArrayList<>();
  private final Listener listener = new Listener(1024);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong count = new AtomicLong();
  private final Queue<ReceivedRequest> remembered = new ArrayDeque<>();

  private Receiver(
      Function<ReceivedRequest, Answer> answers, @Nullable SSLContext tls, boolean needsClients) {
    this.answers = answers;
    this.tls = tls;
    this.needsClients = needsClients;
  }

  /** Starts a receiver that answers 200 to everything. */
  public static Receiver start() {
    return answering(request -> Answer.status(200));
  }

  /** Starts a receiver that answers 200 to everything, and only counts requests. */
  public static Receiver counting() {
    Receiver receiver = start();
    receiver.most = 0;
    return receiver;
  }

  /** Starts a receiver; many threads call {@code answers} concurrently. */
  public static Receiver answering(Function<ReceivedRequest, Answer> answers) {
    return started(new Receiver(answers, null, false));
  }

  /** Starts a receiver that uses TLS. */
  public static Receiver answering(
      TestCertificate certificate, Function<ReceivedRequest, Answer> answers) {
    return started(new Receiver(answers, certificate.serverContext(), false));
  }

  /** Starts a receiver that uses TLS and requires one of the given client certificates. */
  public static Receiver requiring(
      List<TestCertificate> clients,
      TestCertificate certificate,
      Function<ReceivedRequest, Answer> answers) {
    return started(new Receiver(answers, certificate.serverContext(clients), true));
  }

  private static Receiver started(Receiver receiver) {
    receiver.listener.start(receiver::serve);
    return receiver;
  }

  /** Returns the port on 127.0.0.1. */
  public int port() {
    return listener.port();
  }

  /** Returns the URL of {@code path}, with the host 127.0.0.1. */
  public String url(String path) {
    return url("127.0.0.1", path);
  }

  /** Returns the URL of {@code path} with another name of this machine. */
  public String url(String host, String path) {
    return (tls == null ? "http://" : "https://") + host + ":" + port() + path;
  }

  /** Returns the last 10,000 complete requests, in order of their arrival. */
  public List<ReceivedRequest> requests() {
    synchronized (remembered) {
      return new ArrayList<>(remembered);
    }
  }

  /** Returns the number of complete requests. */
  public long count() {
    return count.get();
  }

  /** Returns the number of connections made so far. */
  public int connections() {
    return listener.accepted();
  }

  /** Returns the subject of the client certificate on each established connection: {@code CN=…}. */
  public List<String> clients() {
    return List.copyOf(clients);
  }

  /** Returns the number of open connections. */
  public int openConnections() {
    return listener.open();
  }

  /**
   * Waits until {@code n} requests have arrived, at most 20 seconds.
   *
   * @throws AssertionError if fewer have arrived in time
   */
  public void awaitRequests(long n) {
    Await.until(n + " requests arrive", () -> count.get() >= n);
  }

  private void serve(Socket socket, int number) throws IOException, InterruptedException {
    if (tls == null) {
      converse(socket, number);
    } else {
      boolean closesBoth = !needsClients;
      try (SSLSocket secured =
          (SSLSocket)
              tls.getSocketFactory().createSocket(socket, null, socket.getPort(), closesBoth)) {
        secured.setUseClientMode(false);
        secured.setNeedClientAuth(needsClients);
        if (needsClients) {
          shakeHands(secured, socket);
        }
        converse(secured, number);
      }
    }
  }

  /**
   * Completes the handshake. A rejected client must be able to read the reason: data that it has
   * sent already is read to its end first.
   */
  private void shakeHands(SSLSocket secured, Socket socket) throws IOException {
    try {
      secured.startHandshake();
      clients.add(secured.getSession().getPeerPrincipal().getName());
    } catch (SSLException e) {
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      throw e;
    }
  }

  private void converse(Socket socket, int number) throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    ReceivedRequest request;
    while ((request = Wire.read(in, number)) != null) {
      synchronized (remembered) {
        remembered.add(request);
        while (remembered.size() > most) {
          remembered.remove();
        }
      }
      count.incrementAndGet();
      Answer answer = answers.apply(request);
      if (answer.delay().isPositive()
          && closed.await(answer.delay().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      Wire.write(socket.getOutputStream(), answer);
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    closed.countDown();
    listener.close();
  }
}
