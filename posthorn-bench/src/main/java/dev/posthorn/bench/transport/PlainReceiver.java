package dev.posthorn.bench.transport;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A receiver in a process of its own: answers 200 to each request whose body has the length given
 * as its argument, and prints its port. It does as little as it can.
 */
public final class PlainReceiver {

  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private PlainReceiver() {}

  /** Runs until its standard input ends. */
  public static void main(String[] args) throws IOException {
    int body = Integer.parseInt(args[0]);
    try (ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress())) {
      System.out.println(server.getLocalPort());
      Thread.ofPlatform().daemon().start(() -> accept(server, body));
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  private static void accept(ServerSocket server, int body) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> serve(socket, body));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket socket, int body) {
    byte[] buffer = new byte[body + 8192];
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (true) {
        int length = 0;
        int end;
        while ((end = headEnd(buffer, length)) < 0) {
          length += read(in, buffer, length);
        }
        while (length < end + body) {
          length += read(in, buffer, length);
        }
        socket.getOutputStream().write(ANSWER);
      }
    } catch (IOException e) {
      // The sender has closed.
    }
  }

  private static int read(DataInputStream in, byte[] buffer, int length) throws IOException {
    int read = in.read(buffer, length, buffer.length - length);
    if (read < 0) {
      throw new EOFException();
    }
    return read;
  }

  /** Returns where the body begins, or -1 if the head is not there yet. */
  private static int headEnd(byte[] buffer, int length) {
    for (int i = 3; i < length; i++) {
      if (buffer[i] == '\n'
          && buffer[i - 1] == '\r'
          && buffer[i - 2] == '\n'
          && buffer[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }
}
