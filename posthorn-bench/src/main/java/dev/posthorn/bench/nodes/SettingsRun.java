package dev.posthorn.bench.nodes;

import dev.posthorn.bench.delivery.Latencies;
import dev.posthorn.bench.server.ApiConnection;
import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Changes of settings through all nodes while messages flow through all of them. Each change gives
 * an endpoint another event type. A message has the type of the last change that was acknowledged
 * before it was sent, and must match; or that of the change before, and must not. What a change was
 * under way for is not checked.
 */
final class SettingsRun {
  static final String PREFIX = "settings-";
  static final String TYPE = "bench.v";

  private static final int SENDERS_PER_NODE = 8;
  private static final int CHANGES_A_SECOND = 50;
  private static final Pattern MATCHED = Pattern.compile("\"matchedEndpoints\":(\\d+)");

  private final Cluster cluster;
  private final Report report;
  private final List<Switch> switches = new ArrayList<>();
  private final AtomicLong checked = new AtomicLong();
  private final AtomicLong unsure = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final Latencies changeTimes = new Latencies();
  private final AtomicLong nextMessageAt = new AtomicLong();
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  /** An application with one endpoint, whose event type changes. */
  private static final class Switch {
    private final String application;
    private final String endpoint;

    /** The last change that was begun, and the last one that was acknowledged. */
    private volatile int begun;

    private volatile int acknowledged;

    Switch(String application, String endpoint) {
      this.application = application;
      this.endpoint = endpoint;
    }
  }

  SettingsRun(Cluster cluster, Report report) {
    this.cluster = cluster;
    this.report = report;
  }

  /** Adds an application and its endpoint, which has the first of the event types. */
  void add(String application, String endpoint) {
    switches.add(new Switch(application, endpoint));
  }

  /** Makes so many changes, while so many messages a second flow. */
  void run(int changes, int rate) throws Exception {
    nextMessageAt.set(System.nanoTime());
    List<Thread> senders = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      for (int i = 0; i < SENDERS_PER_NODE; i++) {
        senders.add(thread(() -> sendAll(node, 1_000_000_000L / rate)));
      }
    }
    AtomicInteger next = new AtomicInteger();
    long began = System.nanoTime();
    List<Thread> changers = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      changers.add(thread(() -> changeAll(node, next, changes, began)));
    }
    join(changers);
    stopped = true;
    join(senders);
    if (failure != null) {
      throw failure;
    }
    report.add("changes of settings", String.valueOf(changes));
    report.add(
        "a change until it is acknowledged: p50, p99",
        String.format(
            Locale.ROOT,
            "%.1f, %.1f ms",
            changeTimes.quantileMicros(0.5) / 1e3,
            changeTimes.quantileMicros(0.99) / 1e3));
    report.add("messages with a change under way, not checked", String.valueOf(unsure.get()));
    report.add("messages checked against the settings", String.valueOf(checked.get()));
    report.addPromise("routed by other settings", wrong.get(), 0);
  }

  /** Work that may fail. */
  private interface Work {
    void run() throws IOException;
  }

  private Thread thread(Work work) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } catch (IOException | RuntimeException e) {
                failure = e;
                stopped = true;
              }
            });
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void changeAll(Node node, AtomicInteger next, int changes, long began)
      throws IOException {
    try (ApiConnection api = new ApiConnection(node.port(), ServerProcess.token())) {
      for (int i; (i = next.getAndIncrement()) < changes && !stopped; ) {
        long due = began + i * 1_000_000_000L / CHANGES_A_SECOND;
        LockSupport.parkNanos(due - System.nanoTime());
        change(api, switches.get(i % switches.size()));
      }
    }
  }

  private void change(ApiConnection api, Switch one) throws IOException {
    synchronized (one) {
      int to = one.begun + 1;
      one.begun = to;
      long sent = System.nanoTime();
      api.patch(
              "/api/v1/app/" + one.application + "/endpoint/" + one.endpoint,
              "{\"filterTypes\":[\"" + TYPE + to + "\"]}")
          .good();
      changeTimes.record(System.nanoTime() - sent);
      one.acknowledged = to;
    }
  }

  private void sendAll(Node node, long intervalNanos) throws IOException {
    try (ApiConnection api = new ApiConnection(node.port(), ServerProcess.token())) {
      while (!stopped) {
        long due = nextMessageAt.getAndAdd(intervalNanos);
        LockSupport.parkNanos(due - System.nanoTime());
        send(api, switches.get(ThreadLocalRandom.current().nextInt(switches.size())));
      }
    }
  }

  private void send(ApiConnection api, Switch one) throws IOException {
    int version = one.acknowledged;
    boolean present = version == 0 || ThreadLocalRandom.current().nextBoolean();
    String type = TYPE + (present ? version : version - 1);
    ApiConnection.Reply reply =
        api.post(
                "/api/v1/app/" + one.application + "/msg",
                "{\"eventType\":\"" + type + "\",\"payload\":{}}")
            .good();
    Matcher matched = MATCHED.matcher(reply.body());
    if (!matched.find()) {
      throw new IOException("no matchedEndpoints in " + reply.body());
    }
    if (one.begun != version) {
      unsure.incrementAndGet();
      return;
    }
    checked.incrementAndGet();
    if ((Integer.parseInt(matched.group(1)) == 1) != present) {
      wrong.incrementAndGet();
    }
  }
}
