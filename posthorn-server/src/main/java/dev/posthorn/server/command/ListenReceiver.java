package dev.posthorn.server.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The receiver of {@code listen}. Answers and prints from virtual threads, one for a request. */
final class ListenReceiver implements AutoCloseable {
  private static final int MOST_BODY = 1 << 20;
  private static final int MOST_SHOWN = 500;
  private static final int MOST_REMEMBERED = 100_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable Verifier verifier;
  private final Behaviour behaviour;
  private final PrintWriter out;
  private final Map<String, Integer> attempts =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
              return size() > MOST_REMEMBERED;
            }
          });
  private final Semaphore answered = new Semaphore(0);
  private final AtomicInteger rejected = new AtomicInteger();

  /**
   * How it answers.
   *
   * @param failures how many attempts of each message get 503 first
   * @param status the answer to the others
   * @param delay how long to wait before an answer
   */
  record Behaviour(int failures, int status, Duration delay) {}

  /** Starts the receiver; without a verifier every signature is good. */
  ListenReceiver(int port, @Nullable Verifier verifier, Behaviour behaviour, PrintWriter out)
      throws IOException {
    this.verifier = verifier;
    this.behaviour = behaviour;
    this.out = out;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = Input.atMost(exchange.getRequestBody(), MOST_BODY);
      int status;
      String verdict;
      if (body.length > MOST_BODY) {
        status = 413;
        verdict = "larger than 1 MiB";
        rejected.incrementAndGet();
      } else {
        Verification.Rejected why = check(exchange, body);
        verdict = why == null ? good() : "NOT VERIFIED: " + why.detail();
        status = why == null ? answer(exchange) : 401;
      }
      Thread.sleep(behaviour.delay());
      print(exchange, body, verdict, status);
      exchange.sendResponseHeaders(status, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing: the sender sees no answer
    } finally {
      answered.release();
    }
  }

  private String good() {
    return verifier == null ? "not checked" : "verified";
  }

  private Verification.@Nullable Rejected check(HttpExchange exchange, byte[] body) {
    if (verifier == null) {
      return null;
    }
    Map<String, List<String>> headers = exchange.getRequestHeaders();
    if (verifier.check(headers, body) instanceof Verification.Rejected why) {
      rejected.incrementAndGet();
      return why;
    }
    return null;
  }

  private int answer(HttpExchange exchange) {
    int attempt = attempts.merge(id(exchange), 1, Integer::sum);
    return attempt <= behaviour.failures() ? 503 : behaviour.status();
  }

  private static String id(HttpExchange exchange) {
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    if (id == null) {
      id = exchange.getRequestHeaders().getFirst("svix-id");
    }
    return id == null ? "(no id)" : id;
  }

  private void print(HttpExchange exchange, byte[] body, String verdict, int status) {
    String text = new String(body, StandardCharsets.UTF_8);
    String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + " …" : text;
    out.printf(
        "%s %s  %s  %s  %d bytes -> %d%n  %s%n",
        Input.printable(exchange.getRequestMethod()),
        Input.printable(exchange.getRequestURI().toString()),
        Input.printable(id(exchange)),
        verdict,
        body.length,
        status,
        Input.printable(shown));
    out.flush();
  }

  /** Waits until so many requests were answered. */
  void awaitRequests(int count) throws InterruptedException {
    answered.acquire(count);
  }

  /** Returns how many requests were not verified. */
  int rejected() {
    return rejected.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
