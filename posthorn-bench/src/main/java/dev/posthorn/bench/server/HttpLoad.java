package dev.posthorn.bench.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Sends requests over many connections that stay open, each with one request at a time, all on the
 * thread that asks for it, so that it leaves the processors to who is measured.
 *
 * <p>In each request the nineteen digits after {@link #MARK} are replaced with the monotonic time
 * at which it is sent, or was to be sent. Any status but 202 ends the measurement with an
 * exception.
 */
public final class HttpLoad implements AutoCloseable {
  /** Text before the time in a request. */
  public static final String MARK = "\"sentAt\":\"";

  private static final int DIGITS = 19;
  private static final int CONNECTIONS = 256;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long NAP_NANOS = 100_000;
  private static final int ANSWER_BYTES = 64 * 1_024;

  private final Selector selector = Selector.open();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private long sent;
  private long answered;

  HttpLoad(int port, List<byte[]> requests) throws IOException {
    this(List.of(port), requests);
  }

  /** Connects to ports of this machine in turn. All get the same requests. */
  public HttpLoad(List<Integer> ports, List<byte[]> requests) throws IOException {
    this(targets(ports, requests));
  }

  /**
   * Connects to ports of this machine in turn.
   *
   * @param targets the requests for each port
   */
  public HttpLoad(Map<Integer, List<byte[]>> targets) throws IOException {
    List<Target> all =
        targets.entrySet().stream()
            .map(each -> new Target(each.getKey(), each.getValue()))
            .toList();
    for (int i = 0; i < CONNECTIONS; i++) {
      idle.add(new Connection(all.get(i % all.size())));
    }
  }

  private static Map<Integer, List<byte[]>> targets(List<Integer> ports, List<byte[]> requests) {
    Map<Integer, List<byte[]>> targets = new LinkedHashMap<>();
    ports.forEach(port -> targets.put(port, requests));
    return targets;
  }

  /** A port, and the requests that it gets in turn. */
  private static final class Target {
    private final int port;
    private final List<byte[]> requests;
    private final int[] marks;
    private int next;

    Target(int port, List<byte[]> requests) {
      this.port = port;
      this.requests = requests;
      this.marks = requests.stream().mapToInt(Target::mark).toArray();
    }

    private static int mark(byte[] request) {
      return new String(request, StandardCharsets.ISO_8859_1).indexOf(MARK) + MARK.length();
    }

    /** Puts the next request into a buffer, with a time. */
    void put(ByteBuffer out, long time) {
      int index = next++ % requests.size();
      out.clear().put(requests.get(index)).flip();
      long rest = time;
      for (int i = marks[index] + DIGITS - 1; i >= marks[index]; i--) {
        out.put(i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
    }
  }

  /**
   * Sends for some seconds, in turn each of the requests, and waits until all have come.
   *
   * @param rate requests a second, or 0 for as fast as messages come
   * @param outstanding how many may have been sent and not come
   * @param received how many have come since this was created
   * @return messages a second
   */
  public double run(int rate, int seconds, int outstanding, LongSupplier received)
      throws IOException {
    long before = sent;
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    for (long now = start; now < end; now = System.nanoTime()) {
      long due = rate == 0 ? now : start + (sent - before) * 1_000_000_000L / rate;
      if (due - now > 0) {
        LockSupport.parkNanos(Math.min(due - now, NAP_NANOS));
        selector.selectNow(this::read);
      } else if (!idle.isEmpty() && sent - received.getAsLong() < outstanding) {
        idle.remove().send(due);
        selectSometimes();
      } else {
        selector.select(this::read, 1);
      }
    }
    awaitAll(end, received);
    return (sent - before) / ((System.nanoTime() - start) / 1e9);
  }

  private void awaitAll(long end, LongSupplier received) throws IOException {
    while (answered < sent || received.getAsLong() < sent) {
      if (System.nanoTime() - end > PATIENCE_NANOS) {
        throw new IOException(
            sent + " sent, " + answered + " answered, " + received.getAsLong() + " have come");
      }
      selector.select(this::read, 1);
    }
  }

  /** Sends at a rate for some seconds, and waits for the answers; returns how many were sent. */
  public long send(int rate, int seconds) throws IOException {
    long before = sent;
    var unused = run(rate, seconds, Integer.MAX_VALUE, () -> sent);
    return sent - before;
  }

  /** Returns how many requests were sent. */
  public long sent() {
    return sent;
  }

  private void selectSometimes() throws IOException {
    if (idle.size() % 16 == 0) {
      selector.selectNow(this::read);
    }
  }

  private void read(SelectionKey key) {
    ((Connection) key.attachment()).read();
  }

  /** A connection, and what has come of the answer to its request. */
  private final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(8 * 1_024);
    private final ByteBuffer in = ByteBuffer.allocate(ANSWER_BYTES);
    private final Target target;

    Connection(Target target) throws IOException {
      this.target = target;
      int port = target.port;
      channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(long time) throws IOException {
      sent++;
      target.put(out, time);
      // One request fits into the socket's buffer.
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    void read() {
      try {
        if (channel.read(in) < 0) {
          throw new EOFException("the server closed a connection");
        }
        int end = Answers.end(in.array(), in.position());
        if (end < 0) {
          return;
        }
        if (end != in.position() || Answers.status(in.array()) != 202) {
          throw new IOException(
              "the answer is not 202: "
                  + new String(in.array(), 0, in.position(), StandardCharsets.UTF_8));
        }
        in.clear();
        answered++;
        idle.add(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
