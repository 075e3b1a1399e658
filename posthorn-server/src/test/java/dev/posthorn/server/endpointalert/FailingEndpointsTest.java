package dev.posthorn.server.endpointalert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.FailingSince;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.endpointalert.EndpointAlert.Kind;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Warnings about an endpoint that has failed for more than half of the time, on a real engine. */
class FailingEndpointsTest implements FailingEndpoints.Warnings {
  private static final long HOUR = 3_600_000;

  @AutoClose
  private final ServerFixture server =
      ServerFixture.start(
          options ->
              options.withEngine(
                  options
                      .engine()
                      .withHealth(
                          options.engine().health().toBuilder().disableAfterMillis(HOUR).build())));

  private final List<Long> warnings = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // made before each test
  private EndpointRow endpoint;

  @BeforeEach
  void makeEndpoint() {
    String app = server.api().post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    String made =
        server
            .api()
            .post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"http://127.0.0.1:9/in\"}")
            .expect(201)
            .id();
    FailingSince.set(server, made, HOUR / 4 * 3);
    long id = engine().publicIds().parse(IdPrefix.ENDPOINT, made).orElseThrow();
    endpoint = Objects.requireNonNull(engine().registry().endpoint(id));
  }

  private Engine engine() {
    return server.server().engine();
  }

  @Override
  public void failing(EndpointRow failing, Kind kind, long at, long since, long disabledFrom) {
    assertThat(kind).isEqualTo(Kind.HALF);
    warnings.add(at);
  }

  @Override
  public void disabled(EndpointRow gone, Kind kind, long since) {
    throw new AssertionError();
  }

  private AttemptRow attempt(long more, AttemptKind kind) {
    return AttemptRow.of(Ids.firstAt(engine().millis() + more), 1, 2, endpoint.id())
        .kind(kind)
        .build();
  }

  @Test
  void anAttemptIsLookedAtAgainIfTheStoreCannotBeRead() {
    FailingEndpoints.History history =
        (row, page) -> {
          if (looks.incrementAndGet() == 1) {
            throw new StoreException(StoreException.Reason.IO, "planted", null);
          }
          return new Page<>(List.of(), 0);
        };
    try (FailingEndpoints failing = new FailingEndpoints(engine(), this, history)) {
      AttemptRow first = attempt(0, AttemptKind.SCHEDULED);
      failing.attempted(endpoint, first, null);
      assertThat(warnings).isEmpty();
      failing.attempted(endpoint, attempt(5, AttemptKind.SCHEDULED), null);
      Await.until("the warning", () -> !warnings.isEmpty());
      assertThat(warnings).containsExactly(Ids.timeOf(first.id()));
      assertThat(looks).hasValue(2);
    }
  }

  @Test
  void aWarningIsNotRepeatedHoweverManyRowsWithoutAnExchangeAreStored() {
    for (AttemptKind last : new AttemptKind[] {AttemptKind.SCHEDULED, AttemptKind.TEST}) {
      looks.set(0);
      FailingEndpoints.History history =
          (row, page) -> {
            int look = looks.incrementAndGet();
            assertThat(page.after()).isEqualTo(look == 1 ? Ids.firstAt(due()) - 1 : look - 1);
            return look < 3
                ? new Page<>(List.of(attempt(0, AttemptKind.NONE)), look)
                : new Page<>(List.of(attempt(0, last)), 0);
          };
      try (FailingEndpoints failing = new FailingEndpoints(engine(), this, history)) {
        failing.attempted(endpoint, attempt(0, AttemptKind.SCHEDULED), null);
        assertThat(looks).hasValue(3);
        assertThat(warnings).hasSize(last == AttemptKind.TEST ? 1 : 0);
      }
    }
  }

  @Test
  void anAttemptThatNobodyHeardOfWhileTheEngineStartedKeepsNoWarningBack() {
    for (long millisAgo : new long[] {120_000, 30_000}) {
      FailingEndpoints.History history =
          (row, page) -> new Page<>(List.of(attempt(-millisAgo, AttemptKind.SCHEDULED)), 0);
      try (FailingEndpoints failing = new FailingEndpoints(engine(), this, history)) {
        failing.listensSince(engine().millis() - 60_000);
        failing.attempted(endpoint, attempt(0, AttemptKind.SCHEDULED), null);
        assertThat(warnings).hasSize(millisAgo == 30_000 ? 1 : 0);
      }
    }
  }

  private long due() {
    long since = engine().stats().lane(endpoint.id()).join().health().failingSince();
    return since + HOUR / 2;
  }
}
