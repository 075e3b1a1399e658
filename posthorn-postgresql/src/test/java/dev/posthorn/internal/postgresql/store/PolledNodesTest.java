package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.SharedInstances;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.task.Polling;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.transport.http.HttpTransport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes whose clocks differ commit messages, whose ids do not grow with the order of the commits;
 * pollers go on after the last message each time, and miss none.
 */
@ExtendWith(PostgresqlExtension.class)
class PolledNodesTest {
  private static final int PAGE = 7;

  private final List<Engine> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(engine -> engine.close(1_000));
  }

  private static Store store(TestDatabase database) {
    PostgresqlOptions options =
        PostgresqlOptions.builder(database.url())
            .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
            .readers(1)
            .listReaders(1)
            .singleOwner(false)
            .build();
    return OpenDatabase.open(options, OpenWait.upTo(Duration.ofMinutes(1))).store();
  }

  private Engine open(TestDatabase database, Duration ahead) {
    HttpTransport transport = HttpTransport.open(HttpTransportOptions.builder().build());
    Engine engine =
        Engine.start(
            new EngineConfig(
                EngineOptions.DEFAULT,
                new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
                Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)),
                new Random(1)),
            new EngineRuntime(
                Clock.of(InstantSource.offset(InstantSource.system(), ahead)),
                transport.scheduler(),
                store(database),
                transport));
    open.add(engine);
    return engine;
  }

  private static long createApplication(Engine engine) throws Exception {
    return engine
        .applicationAdmin()
        .create(Engine.LIBRARY_ENVIRONMENT, null, "acme", Map.of())
        .get(1, TimeUnit.MINUTES)
        .id();
  }

  private static void awaitTakeover(Reader reader, long sent) {
    Await.until(
        "it is taken over from",
        () -> {
          reader.readAll();
          return reader.read.size() == 1;
        });
    assertThat(reader.read).containsExactly(sent);
  }

  private static long send(Engine engine, long application) throws Exception {
    CompletableFuture<SendResult> accepted = new CompletableFuture<>();
    engine
        .messages()
        .accept(
            new SendRequest(
                application,
                "invoice.paid",
                List.of(),
                "text/plain",
                new byte[10],
                SendRequest.Options.NONE),
            accepted::complete,
            accepted::completeExceptionally);
    return accepted.get(1, TimeUnit.MINUTES).message();
  }

  /** A reader of all messages of an application, through one node. */
  private static final class Reader {
    private final Polling polling;
    private final EndpointRow endpoint;
    private final List<Long> read = new CopyOnWriteArrayList<>();
    private long position;

    Reader(Engine engine, long application) {
      this.polling = engine.polling();
      this.endpoint =
          new EndpointRow(
              application,
              application,
              EndpointSpec.to("http://polled.invalid/").build(),
              EndpointState.DISABLED,
              0,
              0);
    }

    void readAll() {
      Polling.Polled page;
      do {
        page = polling.read(endpoint, position, PAGE, null, null);
        page.messages().stream().map(MessageRow::id).forEach(read::add);
        position = page.position();
      } while (!page.isLast());
    }
  }

  @Test
  void nothingIsMissedWhateverTheClocks(TestDatabase database) throws Exception {
    Engine ahead = open(database, Duration.ofSeconds(20));
    Engine behind = open(database, Duration.ofSeconds(-20));
    long application = createApplication(ahead);
    List<Reader> readers = List.of(new Reader(ahead, application), new Reader(behind, application));
    List<Long> sent = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      sent.add(send(ahead, application));
      readers.forEach(Reader::readAll);
      sent.add(send(behind, application));
      readers.forEach(Reader::readAll);
    }
    assertThat(sent).as("ids do not grow").isNotEqualTo(sent.stream().sorted().toList());
    Await.until(
        "all is read",
        () -> {
          readers.forEach(Reader::readAll);
          return readers.stream().allMatch(reader -> reader.read.size() >= sent.size());
        });
    assertThat(readers)
        .allSatisfy(reader -> assertThat(reader.read).isEqualTo(sent.stream().sorted().toList()));
  }

  @Test
  void oneAloneReadsAtOnceAlsoAfterOthersHaveGone(TestDatabase database) throws Exception {
    Engine one = open(database, Duration.ZERO);
    long application = createApplication(one);
    Reader reader = new Reader(one, application);
    long first = send(one, application);
    reader.readAll();
    assertThat(reader.read).containsExactly(first);

    Engine two = open(database, Duration.ZERO);
    two.close(1_000);
    open.remove(two);
    long second = send(one, application);
    reader.readAll();
    assertThat(reader.read).containsExactly(first, second);
  }

  /** Whatever it takes: it may read very many settings, or crash and start again and again. */
  @Test
  void oneThatHasNotStartedSoFarHoldsUpNobody(TestDatabase database) throws Exception {
    Engine one = open(database, Duration.ZERO);
    long application = createApplication(one);
    try (Store starting = store(database)) {
      long sent = send(one, application);
      Reader reader = new Reader(one, application);
      reader.readAll();
      assertThat(reader.read).containsExactly(sent);
      assertThat(starting.lease().isHeld()).isTrue();
    }
  }

  @Test
  void oneThatHasEndedByADefectHoldsUpNobodyForLong(TestDatabase database) throws Exception {
    Engine one = open(database, Duration.ZERO);
    Engine two = open(database, Duration.ZERO);
    long application = createApplication(two);
    one.context().guard().fail("a test", new OutOfMemoryError("planted"));
    long sent = send(two, application);
    Reader reader = new Reader(two, application);
    awaitTakeover(reader, sent);
    SharedInstances.awaitOwners(database, 1);
  }

  /** Waits for the older node, of which nobody knows what it may still commit. */
  @Test
  void besideANodeOfAnOlderVersionNothingNewIsRead(TestDatabase database) throws Exception {
    Engine one = open(database, Duration.ZERO);
    long application = createApplication(one);
    database.execute(
        "INSERT INTO posthorn.node (id, slot, epoch, host, version, started)"
            + " VALUES (5, 200, 1, 'elsewhere', '1', now());"
            + "INSERT INTO posthorn.heartbeat (node, expires, duration_ms, claims)"
            + " VALUES (5, now() + interval '1 hour', 3600000, false)");
    Reader reader = new Reader(one, application);
    long sent = send(one, application);
    reader.readAll();
    assertThat(reader.read).isEmpty();
    database.execute("UPDATE posthorn.heartbeat SET expires = now() WHERE node = 5");
    awaitTakeover(reader, sent);
  }
}
