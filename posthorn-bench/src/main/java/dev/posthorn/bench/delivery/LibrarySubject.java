package dev.posthorn.bench.delivery;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineOptions;
import dev.posthorn.engine.Seams;
import dev.posthorn.keyring.Keyring;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointState;
import dev.posthorn.store.Store;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.transport.AddressPolicy;
import dev.posthorn.transport.http.HttpTransport;
import dev.posthorn.transport.http.HttpTransportOptions;
import dev.posthorn.wire.StandardWireFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The library as users have it: all defaults, but for loopback addresses being allowed. */
final class LibrarySubject implements Subject {
  private static final int PER_APPLICATION = 10;

  private final Store store;
  private final HttpTransport transport;
  private final Engine engine;
  private final long[] applications;

  LibrarySubject(Path file, int endpoints, int port) {
    store = SqliteStore.open(file, SqliteOptions.defaults());
    transport =
        HttpTransport.open(
            HttpTransportOptions.builder()
                .addresses(AddressPolicy.allowing("127.0.0.0/8"))
                .build());
    engine =
        Engine.start(
            EngineOptions.DEFAULT,
            new Seams(Clock.system(), transport.scheduler(), store, transport),
            new Engine.Means(
                new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
                Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)),
                new Random()));
    applications = new long[(endpoints + PER_APPLICATION - 1) / PER_APPLICATION];
    for (int i = 0; i < applications.length; i++) {
      String uid = "bench-" + i;
      applications[i] =
          engine.administration().createApplication(1, uid, uid, Map.of()).join().id();
    }
    List<CompletableFuture<?>> created = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      created.add(engine.administration().createEndpoint(application(i), draft(i, port)));
    }
    created.forEach(CompletableFuture::join);
  }

  private long application(int endpoint) {
    return applications[Math.min(endpoint / PER_APPLICATION, applications.length - 1)];
  }

  /** Adds an endpoint for messages with an index, at another port. */
  void add(int index, int port) {
    var unused =
        engine.administration().createEndpoint(application(index), draft(index, port)).join();
  }

  private static EndpointDraft draft(int index, int port) {
    return new EndpointDraft(
        null,
        "http://127.0.0.1:" + port + "/hooks/" + index,
        "",
        List.of("bench.t" + index),
        List.of(),
        new EndpointPolicy(false, 0, 0, 0, null, StandardWireFormat.NAME),
        EndpointState.ENABLED,
        Map.of(),
        null,
        List.of());
  }

  @Override
  public void send(int endpoint, byte[] body, Runnable done) {
    engine.accept(
        new Acceptance(
            application(endpoint),
            "bench.t" + endpoint,
            List.of(),
            "application/json",
            body,
            new Acceptance.Options(null, 0, 0, attempt -> done.run())),
        accepted -> {},
        why -> {
          throw why;
        });
  }

  @Override
  public String commits() {
    var meter = engine.instruments().journal();
    return "%d entries a commit, commit p50/p99 %.1f/%.1f ms, largest WAL %d MB"
        .formatted(
            meter.entries() / Math.max(1, meter.commits()),
            meter.commitTime().quantileMicros(0.5) / 1e3,
            meter.commitTime().quantileMicros(0.99) / 1e3,
            store.stats().maxWalBytes() >> 20);
  }

  @Override
  public void close() {
    engine.stop(5_000).join();
    transport.close();
    store.close();
  }
}
