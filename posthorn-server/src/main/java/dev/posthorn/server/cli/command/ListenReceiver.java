package dev.posthorn.server.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.server.cli.client.Table;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The receiver of {@code listen}. Answers and prints each request on a virtual thread. */
final class ListenReceiver implements AutoCloseable {
  private static final byte[] NOTHING = {};
  private static final int MOST_BODY = 1 << 20;
  private static final int MOST_SHOWN = 500;
  private static final int MOST_REMEMBERED = 100_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable Verifier verifier;
  private final Behaviour behaviour;
  private final PrintWriter out;
  private final @Nullable Forwarder forwarder;
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
   * The behavior of the receiver.
   *
   * @param failures the number of attempts of each message that are answered with 503
   * @param status the status for the others
   * @param delay the delay before each answer
   */
  record Behaviour(int failures, int status, Duration delay) {}

  /**
   * Starts the receiver.
   *
   * @param verifier the verifier of signatures, or null to accept all
   * @param forwarder the source of answers to verified requests, or null for the status of {@code
   *     behaviour}
   * @throws IOException if the port cannot be opened
   */
  ListenReceiver(
      int port,
      @Nullable Verifier verifier,
      Behaviour behaviour,
      PrintWriter out,
      @Nullable Forwarder forwarder)
      throws IOException {
    this.forwarder = forwarder;
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
    return "http://127.0.0.1:" + port() + "/";
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = Input.atMost(exchange.getRequestBody(), MOST_BODY);
      Answer answer = answer(exchange, body);
      Thread.sleep(behaviour.delay());
      print(exchange, body, answer);
      boolean isBare =
          answer.body().length == 0 || answer.status() == 204 || answer.status() == 304;
      exchange.sendResponseHeaders(answer.status(), isBare ? -1 : answer.body().length);
      if (!isBare) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing: the sender sees no answer
    } finally {
      answered.release();
    }
  }

  /** An answer, and the verdict to print. */
  private record Answer(int status, byte[] body, String verdict) {}

  private Answer answer(HttpExchange exchange, byte[] body) throws InterruptedException {
    if (body.length > MOST_BODY) {
      rejected.incrementAndGet();
      return new Answer(413, NOTHING, "larger than 1 MiB");
    }
    Verification.Rejected why = check(exchange, body);
    if (why != null) {
      return new Answer(401, NOTHING, "NOT VERIFIED: " + why.detail());
    }
    int attempt = attempts.merge(id(exchange), 1, Integer::sum);
    if (attempt <= behaviour.failures()) {
      return new Answer(503, NOTHING, good());
    }
    if (forwarder == null) {
      return new Answer(behaviour.status(), NOTHING, good());
    }
    Forwarder.Passed passed =
        forwarder.pass(exchange.getRequestMethod(), exchange.getRequestHeaders(), body);
    return new Answer(passed.status(), passed.body(), good() + ", " + passed.verdict());
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

  private static String id(HttpExchange exchange) {
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    if (id == null) {
      id = exchange.getRequestHeaders().getFirst("svix-id");
    }
    return id == null ? "(no id)" : id;
  }

  private void print(HttpExchange exchange, byte[] body, Answer answer) {
    String text = new String(body, StandardCharsets.UTF_8);
    String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + " …" : text;
    out.printf(
        Locale.ROOT,
        "%s %s  %s  %s  %d bytes -> %d%n  %s%n",
        Table.printable(exchange.getRequestMethod()),
        Table.printable(exchange.getRequestURI().toString()),
        Table.printable(id(exchange)),
        Table.printable(answer.verdict()),
        body.length,
        answer.status(),
        Table.printable(shown));
    out.flush();
  }

  /** Waits until this many requests are answered. */
  void awaitRequests(int count) throws InterruptedException {
    answered.acquire(count);
  }

  /** Returns the number of requests that were not verified. */
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
