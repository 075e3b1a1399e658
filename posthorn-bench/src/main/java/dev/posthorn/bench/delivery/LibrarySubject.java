package dev.posthorn.bench.delivery;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.AddressPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The library as users have it: all defaults, but for loopback addresses being allowed. */
public final class LibrarySubject implements Subject {
  private static final int PER_APPLICATION = 10;
  private static final int PAGE = 1_000;

  private final Engine engine;
  private final long[] applications;

  LibrarySubject(Path file, int endpoints, int port) {
    this(
        EngineAssembly.of(file), endpoints, "127.0.0.1:" + port, EngineOptions.DEFAULT, loopback());
  }

  /** Opens a store with so many endpoints at a host and port, and with other options. */
  public LibrarySubject(
      EngineAssembly assembly,
      int endpoints,
      String authority,
      EngineOptions options,
      HttpTransportOptions transportOptions) {
    engine =
        assembly
            .transport(transportOptions)
            .options(options)
            .formats(Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)))
            .keyring(new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])))
            .start();
    applications = new long[(endpoints + PER_APPLICATION - 1) / PER_APPLICATION];
    for (int i = 0; i < applications.length; i++) {
      applications[i] = createApplication("bench-" + i);
    }
    if (engine.registry().endpoints(applications[0]).isEmpty()) {
      List<CompletableFuture<?>> created = new ArrayList<>();
      for (int i = 0; i < endpoints; i++) {
        created.add(engine.endpointAdmin().create(application(i), draft(i, authority)));
      }
      created.forEach(CompletableFuture::join);
    }
  }

  /**
   * Opens a PostgreSQL database with so many endpoints, whose receiver listens on a port.
   *
   * @param url the database
   */
  public static LibrarySubject postgresql(String url, int endpoints, int port) {
    return new LibrarySubject(
        EngineAssembly.of(PostgresqlOptions.of(url)),
        endpoints,
        "127.0.0.1:" + port,
        EngineOptions.DEFAULT,
        loopback());
  }

  private static HttpTransportOptions loopback() {
    return HttpTransportOptions.builder().addresses(AddressPolicy.allowing("127.0.0.0/8")).build();
  }

  /** Makes a file with one application that has so many endpoints, and closes it. */
  public static void fill(Path file, int endpoints) {
    try (LibrarySubject library =
        new LibrarySubject(
            EngineAssembly.of(file),
            1,
            "127.0.0.1:9",
            EngineOptions.DEFAULT.withEndpointsPerApplication(endpoints + 1),
            HttpTransportOptions.builder().build())) {
      Semaphore room = new Semaphore(PAGE);
      for (int i = 1; i <= endpoints; i++) {
        room.acquireUninterruptibly();
        var unused =
            library
                .engine
                .endpointAdmin()
                .create(library.applications[0], draft(i, "127.0.0.1:9"))
                .thenRun(room::release);
      }
      room.acquireUninterruptibly(PAGE);
    }
  }

  private long createApplication(String uid) {
    ApplicationRow known = engine.registry().application(1, uid);
    return known != null
        ? known.id()
        : engine.applicationAdmin().create(1, uid, uid, Map.of()).join().id();
  }

  private long application(int endpoint) {
    return applications[Math.min(endpoint / PER_APPLICATION, applications.length - 1)];
  }

  /** Adds an endpoint for messages with an index, at another port; returns its id. */
  long add(int index, int port) {
    return engine
        .endpointAdmin()
        .create(application(index), draft(index, "127.0.0.1:" + port))
        .join()
        .id();
  }

  /** Pauses an endpoint, or has it go on. */
  void state(long endpoint, EndpointState state) {
    var unused =
        engine.endpointAdmin().update(endpoint, row -> row.with(state, engine.millis())).join();
  }

  private static EndpointDraft draft(int index, String authority) {
    return EndpointDraft.of(
        EndpointSpec.to("http://" + authority + "/hooks/" + index)
            .eventTypes(List.of("bench.t" + index))
            .build());
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    accept(endpoint, body, attempt -> done.run(), () -> {}, LibrarySubject::refuse);
  }

  /**
   * Hands in a message for one of the endpoints, and waits for nothing.
   *
   * @param accepted run on the writer once it is on disk
   */
  void accept(int endpoint, byte[] body, Runnable accepted) {
    accept(endpoint, body, accepted, LibrarySubject::refuse);
  }

  /** Hands in a message as {@link #accept(int, byte[], Runnable)} does; may be told a refusal. */
  public void accept(
      int endpoint, byte[] body, Runnable accepted, Consumer<PosthornException> refused) {
    accept(endpoint, body, null, accepted, refused);
  }

  private void accept(
      int endpoint,
      byte[] body,
      @Nullable DeliveryCallback done,
      Runnable accepted,
      Consumer<PosthornException> refused) {
    engine
        .messages()
        .accept(
            new SendRequest(
                application(endpoint),
                "bench.t" + endpoint,
                List.of(),
                "application/json",
                body,
                new SendRequest.Options(null, 0, 0, done)),
            result -> accepted.run(),
            refused);
  }

  private static void refuse(PosthornException why) {
    throw why;
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  /** Returns the ids of the endpoints. */
  long[] endpoints() {
    return rows().mapToLong(EndpointRow::id).toArray();
  }

  /** Returns the application of each endpoint. */
  long[] applications() {
    return rows().mapToLong(EndpointRow::application).toArray();
  }

  private Stream<EndpointRow> rows() {
    return Arrays.stream(applications)
        .boxed()
        .flatMap(id -> engine.registry().endpoints(id).stream());
  }

  /** Returns the size of the database file in bytes, without its log. */
  public long fileBytes() {
    return engine.stats().store().fileBytes();
  }

  @Override
  public String commits() {
    var meter = engine.stats().journal();
    return "%d entries a commit, commit p50/p99 %.1f/%.1f ms, largest WAL %d MB"
        .formatted(
            meter.entries() / Math.max(1, meter.commits()),
            meter.commitTime().quantileMicros(0.5) / 1e3,
            meter.commitTime().quantileMicros(0.99) / 1e3,
            engine.stats().store().maxWalBytes() >> 20);
  }

  @Override
  public void close() {
    var unused = engine.close(5_000);
  }
}
