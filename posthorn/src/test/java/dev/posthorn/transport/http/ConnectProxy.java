package dev.posthorn.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy that supports only CONNECT, and records its requests. It resolves names that end in
 * {@code .test} to 127.0.0.1.
 */
final class ConnectProxy implements AutoCloseable {

  private final ServerSocket server;
  private final String status;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private ConnectProxy(ServerSocket server, String status) {
    this.server = server;
    this.status = status;
  }

  static ConnectProxy start(String status) throws IOException {
    ConnectProxy proxy =
        new ConnectProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), status);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Returns the received request lines and headers. */
  List<String> heads() {
    return heads;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      heads.add(head);
      client.getOutputStream().write((status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      if (!status.contains(" 200 ")) {
        return;
      }
      String[] target = head.split(" ", 3)[1].split(":", 2);
      String host = target[0].endsWith(".test") ? "127.0.0.1" : target[0];
      try (Socket origin = new Socket(host, Integer.parseInt(target[1]))) {
        Thread back = Thread.ofVirtual().start(() -> copy(origin, client));
        copy(client, origin);
        back.join();
      }
    } catch (IOException e) {
      // One side has disconnected.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // One side has disconnected.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int c;
    while (head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0) {
      head.append((char) c);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
