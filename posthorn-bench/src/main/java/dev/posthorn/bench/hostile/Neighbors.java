package dev.posthorn.bench.hostile;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.testkit.receiver.Misbehavior;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Bad neighbors of a healthy endpoint, each with applications and endpoints of its own. */
final class Neighbors {
  /** The name of the HTTP/2 host. */
  static final String H2_HOST = "h2.test";

  /** Suffix of the names whose look-up takes four seconds and fails. */
  static final String SLOW_NAMES = ".slow.test";

  /** Ways in which receivers misbehave, one endpoint each. */
  static final List<Misbehavior> MISBEHAVIOURS =
      List.of(Misbehavior.ENDLESS_BODY, Misbehavior.DRIP_HEADERS, Misbehavior.RESET_IN_BODY);

  private static final String TYPE = "hostile.event";
  private static final int HANGING = 40;
  private static final int LARGE_BYTES = 512 * 1024;

  /** Made once: senders are other processes where it matters, with heaps of their own. */
  private static final byte[] LARGE = json(LARGE_BYTES);

  private static final int FAN_OUT = 1_000;
  private static final int SLOW_HOSTS = 1_100;
  private static final int H2_ENDPOINTS = 100;
  private static final int LISTED = 60_000;
  private static final int REPLAYED = 5_000;
  private static final int LISTERS = 8;
  private static final int HANDED_IN = 1_000;
  private static final int SMALL_BYTES = 1_024;

  private final Engine engine;
  private final int[] ports;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong lists = new AtomicLong();
  private final AtomicLong tasks = new AtomicLong();
  private final Semaphore listing = new Semaphore(LISTERS);
  private final List<Long> hanging = new ArrayList<>();
  private final List<EndpointRow> misbehaving = new ArrayList<>();
  private final List<EndpointRow> paused = new ArrayList<>();

  /** Something bad that is done again and again, so many times a minute. */
  record Act(String name, int perMinute, Turn turn) {}

  /** Does it for the n-th time. */
  interface Turn {
    void run(int n);
  }

  /**
   * Creates what the neighbors have: applications, endpoints, and a history to list and replay.
   *
   * @param ports of {@link HostileReceivers}
   */
  Neighbors(Engine engine, int[] ports) {
    this.engine = engine;
    this.ports = ports;
  }

  /** Returns what they do; creates their applications and endpoints. */
  List<Act> begin() throws InterruptedException {
    List<Act> acts = new ArrayList<>();
    for (int i = 0; i < HANGING; i++) {
      long application = application("hanging-" + i);
      endpoints(application, 1, n -> draft(url("127.0.0.1", 0, n), EndpointState.ENABLED, 0));
      hanging.add(application);
    }
    acts.add(
        new Act(
            "512 KB for 40 that never read",
            240,
            n -> send(hanging.get(n % HANGING), body(LARGE_BYTES))));

    long fanOut = application("fan-out");
    endpoints(fanOut, FAN_OUT, n -> draft(url("127.0.0.1", 1, n), EndpointState.ENABLED, 0));
    acts.add(new Act("fan-out to 1,000 that answer 400", 6, n -> send(fanOut, body(SMALL_BYTES))));

    long resting = application("paused");
    paused.addAll(
        endpoints(resting, FAN_OUT, n -> draft(url("127.0.0.1", 1, n), EndpointState.PAUSED, 0)));
    acts.add(new Act("fan-out to 1,000 paused", 60, n -> send(resting, body(SMALL_BYTES))));

    acts.add(names());
    long streams = application("streams");
    String h2 = "https://" + H2_HOST + ":" + ports[2] + "/";
    endpoints(streams, H2_ENDPOINTS, n -> draft(h2 + n, EndpointState.ENABLED, 0));
    acts.add(
        new Act(
            "fan-out to 100 at an HTTP/2 host with one stream",
            12,
            n -> send(streams, body(SMALL_BYTES))));

    long rude = application("misbehaving");
    misbehaving.addAll(
        endpoints(
            rude,
            MISBEHAVIOURS.size(),
            n -> draft(url("127.0.0.1", 3 + n, n), EndpointState.ENABLED, 0)));
    acts.add(
        new Act(
            "endless body, dripped headers, reset in the body",
            300,
            n -> send(rude, body(SMALL_BYTES))));

    acts.add(lists(history("lists", LISTED, List.of())));
    acts.add(replays());
    return acts;
  }

  /** An application whose endpoints have names that are found after four seconds, or not at all. */
  private Act names() {
    long application = application("names");
    endpoints(
        application,
        SLOW_HOSTS,
        n ->
            typed(
                draft(url("n" + n + SLOW_NAMES, 1, n), EndpointState.ENABLED, 0),
                List.of(TYPE + n)));
    return new Act(
        "1,100 names with slow DNS",
        1_200,
        n -> send(application, TYPE + n % SLOW_HOSTS, body(SMALL_BYTES)));
  }

  private Act lists(long application) {
    return new Act(
        "lists of 60,000 messages that match nothing, 8 at a time",
        2_400,
        n -> {
          if (listing.tryAcquire()) {
            Thread.ofVirtual().start(() -> list(application));
          }
        });
  }

  private void list(long application) {
    try {
      var unused =
          engine
              .store(application)
              .messages(
                  new MessageQuery(
                      application,
                      PageRequest.newest(50),
                      MessageFilter.of(Set.of("no.such"), null)));
      lists.incrementAndGet();
    } finally {
      listing.release();
    }
  }

  private Act replays() throws InterruptedException {
    long application =
        history(
            "replays", REPLAYED, List.of(draft(url("127.0.0.1", 1, 0), EndpointState.ENABLED, 50)));
    long endpoint = engine.registry().endpoints(application).getFirst().id();
    return new Act("bulk replays of 5,000, one a second", 60, n -> replay(endpoint));
  }

  private void replay(long endpoint) {
    var unused =
        engine
            .tasks()
            .start(TaskKind.BULK_REPLAY, new TaskOrder(endpoint, 0, engine.millis()))
            .whenComplete((task, error) -> (error == null ? tasks : refused).incrementAndGet());
  }

  /** Ends all that is bad: what waits can be delivered from now on. */
  void reform(String goodUrl) {
    for (EndpointRow row : misbehaving) {
      update(row.id(), now -> moved(now, goodUrl));
    }
    for (EndpointRow row : paused) {
      update(row.id(), now -> now.with(EndpointState.ENABLED, engine.millis()));
    }
  }

  private static EndpointRow moved(EndpointRow row, String url) {
    return row.with(row.spec().toBuilder().url(url).build(), row.updated());
  }

  private void update(long endpoint, UnaryOperator<EndpointRow> edit) {
    var unused = engine.endpointAdmin().update(endpoint, edit).join();
  }

  /** Returns what was done beside sending, for people. */
  String figures() {
    return "%d lists, %d replays begun, %d sends and replays refused"
        .formatted(lists.get(), tasks.get(), refused.get());
  }

  // ---- means ---------------------------------------------------------------------------------

  private String url(String host, int port, int n) {
    return "http://" + host + ":" + ports[port] + "/" + n;
  }

  private long application(String uid) {
    return engine.applicationAdmin().create(1, uid, uid, Map.of()).join().id();
  }

  private interface Drafts {
    EndpointDraft draft(int n);
  }

  private List<EndpointRow> endpoints(long application, int count, Drafts drafts) {
    List<CompletableFuture<EndpointRow>> created = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      created.add(engine.endpointAdmin().create(application, drafts.draft(n)));
    }
    return created.stream().map(CompletableFuture::join).toList();
  }

  /** Creates an application that has been sent messages already. */
  private long history(String uid, int messages, List<EndpointDraft> drafts)
      throws InterruptedException {
    long application = application(uid);
    endpoints(application, drafts.size(), drafts::get);
    Semaphore room = new Semaphore(HANDED_IN);
    for (int i = 0; i < messages; i++) {
      room.acquire();
      engine
          .messages()
          .accept(
              message(application, TYPE, body(SMALL_BYTES)),
              result -> room.release(),
              why -> room.release());
    }
    room.acquire(HANDED_IN);
    return application;
  }

  private void send(long application, byte[] body) {
    send(application, TYPE, body);
  }

  private void send(long application, String type, byte[] body) {
    try {
      engine
          .messages()
          .accept(message(application, type, body), result -> {}, why -> refused.incrementAndGet());
    } catch (PosthornException e) {
      refused.incrementAndGet();
    }
  }

  private static SendRequest message(long application, String type, byte[] body) {
    return new SendRequest(
        application,
        type,
        List.of(),
        "application/json",
        body,
        new SendRequest.Options(null, 0, 0, null));
  }

  private static byte[] body(int length) {
    return length == LARGE_BYTES ? LARGE : json(length);
  }

  private static byte[] json(int length) {
    return ("\"" + "x".repeat(length - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
  }

  static EndpointDraft draft(String url, EndpointState state, int rateLimit) {
    EndpointPolicy policy = EndpointPolicy.builder().rateLimit(rateLimit).build();
    return new EndpointDraft(EndpointSpec.to(url).policy(policy).build(), state, null, List.of());
  }

  private static EndpointDraft typed(EndpointDraft draft, List<String> types) {
    return new EndpointDraft(
        draft.spec().toBuilder().eventTypes(types).build(),
        draft.state(),
        draft.secret(),
        draft.headers());
  }
}
