package dev.posthorn.testkit.receiver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server socket on 127.0.0.1 with one virtual thread per connection. */
final class Listener implements AutoCloseable {

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  Listener(int backlog) {
    try {
      server = new ServerSocket(0, backlog, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on 127.0.0.1", e);
    }
  }

  /** The handler of a connection, which is closed afterwards. */
  @FunctionalInterface
  interface Host {
    void serve(Socket socket, int number) throws IOException, InterruptedException;
  }

  void start(Host host) {
    Thread.ofVirtual().name("posthorn-receiver-" + port()).start(() -> accept(host));
  }

  int port() {
    return server.getLocalPort();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), port());
  }

  int accepted() {
    return accepted.get();
  }

  int open() {
    return open.size();
  }

  private void accept(Host host) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        int number = accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(host, socket, number));
      } catch (IOException e) {
        // The listener is closed, or the peer has disconnected before it was accepted.
      }
    }
  }

  private void serve(Host host, Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      host.serve(socket, number);
    } catch (IOException e) {
      // The peer has disconnected, or does not speak HTTP: the connection is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
