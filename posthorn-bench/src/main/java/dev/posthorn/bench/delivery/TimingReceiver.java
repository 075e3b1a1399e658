package dev.posthorn.bench.delivery;

import dev.posthorn.engine.LatencyHistogram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A receiver in a process of its own that answers 200 and measures how long each message took:
 * bodies begin with the monotonic time at which they were sent, as nineteen digits.
 *
 * <p>It prints its port. For each line on its standard input it prints p50 and p99 in microseconds,
 * the count, and its CPU time in nanoseconds, and begins anew; it ends with its input.
 */
public final class TimingReceiver {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 19;

  private final int bodyBytes;
  private volatile LatencyHistogram times = new LatencyHistogram();

  private TimingReceiver(int bodyBytes) {
    this.bodyBytes = bodyBytes;
  }

  /** Takes the length of the bodies, the same for all. */
  public static void main(String[] args) throws IOException {
    TimingReceiver receiver = new TimingReceiver(Integer.parseInt(args[0]));
    try (ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      System.out.println(server.getLocalPort());
      Thread.ofPlatform().daemon().start(() -> receiver.accept(server));
      while (in.readLine() != null) {
        receiver.report();
      }
    }
  }

  private void report() {
    LatencyHistogram done = times;
    times = new LatencyHistogram();
    System.out.printf(
        "%d %d %d %d%n",
        done.quantileMicros(0.5), done.quantileMicros(0.99), done.count(), CpuTime.ofThisProcess());
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    byte[] buffer = new byte[bodyBytes + 8_192];
    try (socket) {
      InputStream in = socket.getInputStream();
      while (true) {
        int length = 0;
        int end;
        while ((end = headEnd(buffer, length)) < 0 || length < end + bodyBytes) {
          int read = in.read(buffer, length, buffer.length - length);
          if (read < 0) {
            return;
          }
          length += read;
        }
        times.record(System.nanoTime() - sentAt(buffer, end));
        socket.getOutputStream().write(ANSWER);
      }
    } catch (IOException e) {
      // The sender has closed.
    }
  }

  private static long sentAt(byte[] buffer, int start) {
    long time = 0;
    for (int i = start; i < start + DIGITS; i++) {
      time = time * 10 + buffer[i] - '0';
    }
    return time;
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
  static byte[] body(int length) {
    byte[] body = new byte[length];
    long time = System.nanoTime();
    for (int i = DIGITS - 1; i >= 0; i--) {
      body[i] = (byte) ('0' + time % 10);
      time /= 10;
    }
    for (int i = DIGITS; i < length; i++) {
      body[i] = 'x';
    }
    return body;
  }
}
