package dev.posthorn.server.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A customer's receiver, which verifies and answers each request. {@code /good} and {@code /steady}
 * answer 200, {@code /flaky} answers 503 twice to each message and then 200.
 */
final class DemoReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Verifier> verifiers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();

  DemoReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    server.setExecutor(threads);
    server.createContext("/good", exchange -> answer(exchange, 0));
    server.createContext("/steady", exchange -> answer(exchange, 0));
    server.createContext("/flaky", exchange -> answer(exchange, 2));
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Sets the secret that verifies requests to a path. */
  void secret(String path, String secret) {
    verifiers.put(path, Verifier.of(secret));
  }

  private void answer(HttpExchange exchange, int failures) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      String path = exchange.getRequestURI().getPath();
      String refusal = refusal(path, exchange, body);
      if (refusal != null) {
        refusals.add(refusal);
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      int call = calls.computeIfAbsent(path + id, key -> new AtomicInteger()).incrementAndGet();
      if (call <= failures) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      arrived.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private @Nullable String refusal(String path, HttpExchange exchange, byte[] body) {
    Verifier verifier = verifiers.get(path);
    if (verifier == null) {
      return path + " has no secret";
    }
    Verification result = verifier.check(name -> exchange.getRequestHeaders().getFirst(name), body);
    return result instanceof Verification.Rejected rejected
        ? path + ": " + rejected.reason()
        : null;
  }

  /**
   * Returns the number of times that a message arrived with a valid signature and was answered with
   * 200.
   */
  int arrived(String id) {
    AtomicInteger count = arrived.get(id);
    return count == null ? 0 : count.get();
  }

  /** Returns the reasons why signatures were rejected. */
  List<String> refusals() {
    return refusals;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
