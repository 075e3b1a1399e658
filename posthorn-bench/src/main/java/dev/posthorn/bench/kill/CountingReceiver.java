package dev.posthorn.bench.kill;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A receiver that tells {@link Arrivals} of each request that it answers with 200. Some it answers
 * with 500 at random, which do not count: those come again.
 */
public final class CountingReceiver implements AutoCloseable {
  private static final byte[] OK = answer("200 OK");
  private static final byte[] FAILED = answer("500 Internal Server Error");
  private static final String PATH = "POST /hooks/";
  private static final String ID = "\r\nwebhook-id: ";
  private static final String LENGTH = "\r\ncontent-length: ";

  private final ServerSocket server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
  private final AtomicInteger open = new AtomicInteger();
  private final Arrivals arrivals;
  private final int failing;

  /**
   * Starts to listen.
   *
   * @param failing of each 100 requests, how many are answered with 500
   */
  public CountingReceiver(Arrivals arrivals, int failing) throws IOException {
    this.arrivals = arrivals;
    this.failing = failing;
    Thread.ofPlatform().daemon().start(this::accept);
  }

  private static byte[] answer(String status) {
    return ("HTTP/1.1 " + status + "\r\ncontent-length: 0\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** Returns how many connections are open. */
  int open() {
    return open.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.incrementAndGet();
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    byte[] buffer = new byte[64 * 1_024];
    int length = 0;
    try (socket) {
      InputStream in = socket.getInputStream();
      for (int read; (read = in.read(buffer, length, buffer.length - length)) > 0; ) {
        length += read;
        int end = requestEnd(buffer, length);
        if (end > 0) {
          socket
              .getOutputStream()
              .write(receive(new String(buffer, 0, end, StandardCharsets.ISO_8859_1)));
          System.arraycopy(buffer, end, buffer, 0, length - end);
          length -= end;
        }
      }
    } catch (IOException e) {
      // The sender was killed.
    } finally {
      open.decrementAndGet();
    }
  }

  /** Returns where the first request ends, or -1 if it has not come whole. */
  private static int requestEnd(byte[] buffer, int length) {
    String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return -1;
    }
    int end = head + 4 + Integer.parseInt(value(text, LENGTH));
    return end <= length ? end : -1;
  }

  /** Decides how to answer a request, and notes it if the answer is yes. */
  private byte[] receive(String request) {
    if (ThreadLocalRandom.current().nextInt(100) < failing) {
      return FAILED;
    }
    String path = request.substring(PATH.length(), request.indexOf(' ', PATH.length()));
    arrivals.arrived(value(request, ID), Integer.parseInt(path));
    return OK;
  }

  private static String value(String request, String header) {
    int start = request.indexOf(header) + header.length();
    if (start < header.length()) {
      throw new IllegalStateException("a request without" + header.strip());
    }
    return request.substring(start, request.indexOf('\r', start));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
