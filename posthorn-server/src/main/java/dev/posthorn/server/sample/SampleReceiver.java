package dev.posthorn.server.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The receivers of all sample endpoints, one for each path. */
final class SampleReceiver implements AutoCloseable {
  private static final String RETRY_AFTER_SECONDS = "15";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private record Receiver(Behavior behavior, AtomicInteger requests) {}

  SampleReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Adds a receiver and returns its URL. */
  String add(String path, Behavior behavior) {
    receivers.put(path, new Receiver(behavior, new AtomicInteger()));
    int port = behavior == Behavior.ABSENT ? 1 : server.getAddress().getPort();
    return "http://127.0.0.1:" + port + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Receiver receiver = receivers.get(exchange.getRequestURI().getPath());
      if (receiver == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      answer(exchange, receiver.behavior().respond(receiver.requests().incrementAndGet()));
    }
  }

  private void answer(HttpExchange exchange, Behavior.Response response) throws IOException {
    try {
      if (closed.await(response.millis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (response.status() == 429) {
      exchange.getResponseHeaders().set("Retry-After", RETRY_AFTER_SECONDS);
    }
    exchange.sendResponseHeaders(response.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }
}
