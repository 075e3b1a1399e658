package dev.posthorn.bench.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A receiver that answers 200 and measures how long each message took: the first digits in a body
 * are the monotonic time at which it was sent, nineteen of them. One thread serves all connections,
 * so that it leaves the processors to who is measured, and costs the same with sixty connections as
 * with thousands.
 *
 * <p>As a program it prints its port. Each line on its standard input names the series that what
 * comes next belongs to; an empty line begins a series without a name. It prints p50 and p99 in
 * microseconds and the count of the series until then, and its CPU time in nanoseconds; it ends
 * with its input.
 */
public final class TimingReceiver implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 19;
  private static final byte[] TIME_HEAD =
      ("HTTP/1.1 200 OK\r\ncontent-length: " + DIGITS + "\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final int bodyBytes;
  private final boolean answersTime;
  private final ServerSocketChannel server;
  private final AtomicLong received = new AtomicLong();
  private volatile Latencies times = new Latencies();

  private TimingReceiver(int bodyBytes, boolean answersTime) throws IOException {
    this.bodyBytes = bodyBytes;
    this.answersTime = answersTime;
    this.server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
  }

  /** Starts one in this process, for bodies of a length. */
  public static TimingReceiver start(int bodyBytes) throws IOException {
    return start(bodyBytes, false);
  }

  private static TimingReceiver start(int bodyBytes, boolean answersTime) throws IOException {
    TimingReceiver receiver = new TimingReceiver(bodyBytes, answersTime);
    Thread.ofPlatform().daemon().name("receiver").start(receiver::serve);
    return receiver;
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.socket().getLocalPort();
  }

  /** Returns how many messages have come. */
  public long received() {
    return received.get();
  }

  /** Returns how long those took that have come since this was asked last. */
  public Latencies times() {
    Latencies done = times;
    times = new Latencies();
    return done;
  }

  /**
   * Takes the length of the bodies, the same for all; and whether an answer's body is the monotonic
   * time at which the message was read, which {@link #timeIn} returns.
   */
  public static void main(String[] args) throws IOException {
    boolean answersTime = args.length > 1 && Boolean.parseBoolean(args[1]);
    try (TimingReceiver receiver = start(Integer.parseInt(args[0]), answersTime);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      System.out.println(receiver.port());
      Map<String, Latencies> series = new HashMap<>();
      for (String name = in.readLine(); name != null; name = in.readLine()) {
        Latencies next =
            name.isEmpty()
                ? new Latencies()
                : series.computeIfAbsent(name, unknown -> new Latencies());
        receiver.report(next);
      }
    }
  }

  private void report(Latencies next) {
    Latencies done = times;
    times = next;
    System.out.printf(
        "%d %d %d %d%n",
        done.quantileMicros(0.5), done.quantileMicros(0.99), done.count(), CpuTime.ofThisProcess());
  }

  private void serve() {
    try (Selector selector = Selector.open()) {
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      while (server.isOpen()) {
        selector.select(
            key -> {
              if (key.isAcceptable()) {
                accept(selector);
              } else {
                ((Connection) key.attachment()).read();
              }
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept(Selector selector) {
    try {
      SocketChannel channel = server.accept();
      if (channel != null) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sender's connection, and what has come of its next request. */
  private final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(bodyBytes + 8_192);

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void read() {
      try {
        if (channel.read(buffer) < 0) {
          channel.close();
          return;
        }
        int end = headEnd(buffer.array(), buffer.position());
        if (end >= 0 && buffer.position() >= end + bodyBytes) {
          long now = System.nanoTime();
          times.record(now - timeIn(buffer.array(), end));
          buffer.clear();
          channel.write(ByteBuffer.wrap(answersTime ? answer(now) : ANSWER));
          received.incrementAndGet();
        }
      } catch (IOException e) {
        closeQuietly();
      }
    }

    private void closeQuietly() {
      try {
        channel.close();
      } catch (IOException e) {
        // The sender has closed.
      }
    }
  }

  private static byte[] answer(long time) {
    byte[] answer = Arrays.copyOf(TIME_HEAD, TIME_HEAD.length + DIGITS);
    putTime(time, answer, TIME_HEAD.length);
    return answer;
  }

  /** Returns the time that a body, or an answer's body, begins with. */
  public static long timeIn(byte[] body) {
    return timeIn(body, 0);
  }

  private static long timeIn(byte[] buffer, int body) {
    int start = body;
    while (buffer[start] < '0' || buffer[start] > '9') {
      start++;
    }
    long time = 0;
    for (int i = start; i < start + DIGITS; i++) {
      time = time * 10 + buffer[i] - '0';
    }
    return time;
  }

  private static void putTime(long time, byte[] buffer, int start) {
    long rest = time;
    for (int i = start + DIGITS - 1; i >= start; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static int headEnd(byte[] buffer, int length) {
    for (int i = 3; i < length; i++) {
      if (buffer[i] == '\n' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Returns a body of a length that begins with the time now. */
  public static byte[] body(int length) {
    byte[] body = new byte[length];
    putTime(System.nanoTime(), body, 0);
    for (int i = DIGITS; i < length; i++) {
      body[i] = 'x';
    }
    return body;
  }
}
