package dev.posthorn.testkit.attack;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Another tenant, with one endpoint that works: asks, and sends messages, at a rate of its own, and
 * notes how long each request takes, and each message until it has arrived.
 */
public final class Bystander implements AutoCloseable {
  private static final String APPLICATION = "/api/v1/app/bystander";
  private static final List<String> ASKED =
      List.of(
          APPLICATION,
          APPLICATION + "/endpoint",
          APPLICATION + "/msg?limit=20",
          APPLICATION + "/attempt/endpoint/healthy?limit=20");
  private static final long EVERY_NANOS = 50_000_000;
  private static final int NEW_CONNECTION_EVERY = 10;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int TEXT = 1_000;
  private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

  private final String token;
  private final Receiver receiver = Receiver.answering(this::arrive);
  private final Times gets = new Times();
  private final Times posts = new Times();
  private final Times deliveries = new Times();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Long> underWay = new ConcurrentHashMap<>();
  private volatile int port;
  private volatile boolean over;
  private int sent;
  private List<Thread> threads = List.of();

  private Bystander(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** Makes an application with an endpoint; the token opens an environment of its own. */
  public static Bystander of(int port, String token) {
    Bystander bystander = new Bystander(port, token);
    try (Line line = bystander.line()) {
      String url = bystander.receiver.url("/healthy");
      bystander.set(line, "/api/v1/app", "{\"name\":\"Bystander\",\"uid\":\"bystander\"}");
      bystander.set(
          line, APPLICATION + "/endpoint", "{\"uid\":\"healthy\",\"url\":\"" + url + "\"}");
      return bystander;
    } catch (IOException e) {
      bystander.receiver.close();
      throw new UncheckedIOException(e);
    }
  }

  private void set(Line line, String path, String json) throws IOException {
    line.ask("POST", path, token, json.getBytes(StandardCharsets.UTF_8)).good("POST " + path);
  }

  private Line line() throws IOException {
    return new Line(port, InetAddress.getLoopbackAddress(), 0, PATIENCE_MILLIS);
  }

  private Answer arrive(ReceivedRequest request) {
    Matcher number = NUMBER.matcher(request.text());
    Long began = number.find() ? underWay.remove(Integer.valueOf(number.group(1))) : null;
    if (began != null) {
      deliveries.add(System.nanoTime() - began);
    }
    return Answer.status(200);
  }

  /** Goes on with a server that listens elsewhere. */
  public void moveTo(int newPort) {
    port = newPort;
  }

  /** Begins to ask and to send. */
  public void begin() {
    over = false;
    threads =
        List.of(
            Thread.ofPlatform().name("bystander gets").start(() -> repeat(this::get)),
            Thread.ofPlatform().name("bystander posts").start(() -> repeat(this::post)));
  }

  /** Something that is done again and again. */
  @FunctionalInterface
  private interface Turn {
    void once(Line line, int turn) throws IOException;
  }

  private void repeat(Turn turn) {
    @Nullable Line line = null;
    long due = System.nanoTime();
    for (int i = 0; !over; i++) {
      try {
        if (line == null) {
          line = line();
        }
        turn.once(line, i);
        if (i % NEW_CONNECTION_EVERY == 0) {
          line.close();
          line = null;
        }
      } catch (IOException e) {
        failures.add(Thread.currentThread().getName() + ": " + e);
        line = null;
      }
      due = Math.max(due + EVERY_NANOS, System.nanoTime() - EVERY_NANOS);
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }

  private void get(Line line, int turn) throws IOException {
    String path = ASKED.get(turn % ASKED.size());
    long began = System.nanoTime();
    line.ask("GET", path, token, new byte[0]).good("GET " + path);
    gets.add(System.nanoTime() - began);
  }

  private void post(Line line, int turn) throws IOException {
    int number = sent++;
    String json =
        "{\"eventType\":\"a.b\",\"payload\":{\"n\":%d,\"text\":\"%s\"}}"
            .formatted(number, "x".repeat(TEXT));
    long began = System.nanoTime();
    underWay.put(number, began);
    set(line, APPLICATION + "/msg", json);
    posts.add(System.nanoTime() - began);
  }

  /** Stops, and waits until everything has arrived. */
  public void end(Duration patience) {
    over = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Await.until("all messages arrive", patience, underWay::isEmpty);
  }

  /** Returns how long requests took that ask for something. */
  public Times gets() {
    return gets;
  }

  /** Returns how long it took until messages were accepted. */
  public Times posts() {
    return posts;
  }

  /** Returns how long it took until messages arrived, from when they were sent. */
  public Times deliveries() {
    return deliveries;
  }

  /** Returns the requests that failed; empty if there is none. */
  public Collection<String> failures() {
    return failures;
  }

  @Override
  public void close() {
    over = true;
    receiver.close();
  }
}
