package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.HostileReceiver;
import dev.posthorn.testkit.receiver.Misbehavior;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests each misbehavior, and the transport's reaction. */
class HostileReceiverTest {

  private static final int EXCERPT = 1024;
  private static final int SHORT = 400;

  /** Enough for this side's part of a handshake, even the first one on a busy machine. */
  private static final int SHORT_FOR_TLS = 2_000;

  private static final int LONG = 30_000;

  /**
   * Room for data that the kernel buffers although no program reads it; our own memory use is far
   * below.
   */
  private static final long SOON = 12_000_000;

  private static final Map<Misbehavior, Expected> EXPECTED = new EnumMap<>(Misbehavior.class);

  static {
    failure("timeout_connect", Misbehavior.NEVER_ACCEPT);
    failure("timeout_tls", Misbehavior.TLS_HANG, Misbehavior.TLS_DRIP);
    failure(
        "tls",
        Misbehavior.TLS_GARBAGE,
        Misbehavior.TLS_CLOSE,
        Misbehavior.TLS_RESET,
        Misbehavior.TLS_OTHER_NAME);
    failure(
        "timeout_first_byte",
        Misbehavior.HANG_ON_ACCEPT,
        Misbehavior.HANG_AFTER_REQUEST,
        Misbehavior.DRIP_HEADERS);
    failure(
        "connect",
        Misbehavior.RESET_ON_ACCEPT,
        Misbehavior.RESET_AFTER_REQUEST,
        Misbehavior.RESET_IN_HEADERS,
        Misbehavior.CLOSE_ON_ACCEPT,
        Misbehavior.CLOSE_AFTER_REQUEST,
        Misbehavior.CLOSE_IN_HEADERS);
    failure(
        "protocol",
        Misbehavior.ENDLESS_HEADERS,
        Misbehavior.HUGE_HEADER,
        Misbehavior.HUGE_STATUS_LINE,
        Misbehavior.GARBAGE,
        Misbehavior.HTTP_0_9,
        Misbehavior.CONFLICTING_LENGTHS,
        Misbehavior.INVALID_LENGTH,
        Misbehavior.STATUS_99,
        Misbehavior.STATUS_1000,
        Misbehavior.ENDLESS_CONTINUES,
        Misbehavior.SWITCHING_PROTOCOLS);
    response(
        200,
        "timeout_body",
        Misbehavior.HANG_AFTER_HEADERS,
        Misbehavior.HANG_IN_BODY,
        Misbehavior.DRIP_BODY);
    response(
        200,
        "connect",
        Misbehavior.RESET_AFTER_HEADERS,
        Misbehavior.RESET_IN_BODY,
        Misbehavior.CLOSE_IN_BODY);
    response(200, "protocol", Misbehavior.INVALID_CHUNK, Misbehavior.ENDLESS_TRAILERS);
    response(
        200,
        "body_too_large",
        Misbehavior.ENDLESS_BODY,
        Misbehavior.ENDLESS_CHUNKS,
        Misbehavior.GZIP_BOMB);
    response(
        200,
        null,
        Misbehavior.CLOSE_WHEN_IDLE,
        Misbehavior.HTTP_1_0,
        Misbehavior.SECOND_RESPONSE,
        Misbehavior.EARLY_HINTS);
    response(
        200,
        null,
        Misbehavior.LENGTH_IN_CHARACTERS,
        Misbehavior.BARE_LINE_FEEDS,
        Misbehavior.SAME_LENGTH_TWICE,
        Misbehavior.LENGTH_BESIDE_CHUNKS,
        Misbehavior.MANY_HEADERS,
        Misbehavior.ODD_LINES);
    response(
        204,
        null,
        Misbehavior.LATE_SECOND_RESPONSE,
        Misbehavior.NO_CONTENT_WITH_BODY,
        Misbehavior.NO_CONTENT_WITH_LATE_CHUNKS);
    response(302, null, Misbehavior.REDIRECT_TO_LOCALHOST);
    response(413, null, Misbehavior.RESPONSE_WITHIN_REQUEST);
  }

  private static TestCertificate certificate;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeCertificate() {
    certificate = TestCertificate.of("other.test");
    certificate.writePem(directory.resolve("ca.pem"));
  }

  /** Misbehavior whose early data counts as the answer if it arrives after the request was sent. */
  private static final String MAY_BE_EARLY = "RESPONSE_BEFORE_REQUEST";

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = MAY_BE_EARLY)
  void has_a_bounded_and_named_outcome(Misbehavior misbehavior) {
    Expected expected = EXPECTED.get(misbehavior);
    try (HostileReceiver receiver = HostileReceiver.start(misbehavior, certificate);
        Client client = client()) {
      ExchangeResult result = client.exchange(request(receiver, misbehavior, 100));

      assertThat(Expected.of(result)).isEqualTo(expected);
      if (result instanceof ExchangeResult.Response response) {
        assertThat(response.excerpt()).hasSizeLessThanOrEqualTo(EXCERPT);
      } else if (result instanceof ExchangeResult.Failure failure) {
        assertThat(failure.detail()).isNotBlank().doesNotContain("\n").hasSizeLessThan(400);
      }
      assertThat(result.timings().total()).isGreaterThan(0);
      if (misbehavior != Misbehavior.REDIRECT_TO_LOCALHOST
          && misbehavior != Misbehavior.SECOND_RESPONSE) {
        client.awaitNoConnections();
      }
      assertThat(receiver.connections()).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("endless")
  void what_has_no_end_is_cut_off_soon(Misbehavior misbehavior) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehavior);
        Client client = client()) {
      client.exchange(request(receiver, misbehavior, 100));

      Await.until("the receiver notices", () -> receiver.openConnections() == 0);
      assertThat(receiver.bytesSent()).isLessThan(SOON);
    }
  }

  private static Stream<Misbehavior> endless() {
    return Stream.of(Misbehavior.values())
        .filter(m -> m.name().startsWith("ENDLESS_") || m.name().startsWith("HUGE_"));
  }

  @ParameterizedTest
  @EnumSource(names = {"HANG_ON_ACCEPT", "RESPONSE_WITHIN_REQUEST", "HANG_AFTER_REQUEST"})
  void a_large_request_does_not_change_the_outcome(Misbehavior misbehavior) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehavior);
        Client client = client()) {
      ExchangeResult result = client.exchange(request(receiver, misbehavior, 20_000_000));

      assertThat(Expected.of(result)).isEqualTo(EXPECTED.get(misbehavior));
      client.awaitNoConnections();
    }
  }

  @Test
  void what_comes_before_the_request_is_no_response_to_it() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.RESPONSE_BEFORE_REQUEST);
        Client client = client()) {
      ExchangeResult result = client.post(receiver.url("/"), "x");

      assertThat(Expected.of(result))
          .isIn(new Expected(200, null), new Expected(0, "protocol"), new Expected(0, "connect"));
      client.awaitNoConnections();
    }
  }

  /** The receiver has acted each time, and must not receive the request again. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_CONTENT_WITH_BODY",
        "NO_CONTENT_WITH_LATE_CHUNKS",
        "LENGTH_IN_CHARACTERS",
        "BARE_LINE_FEEDS",
        "SAME_LENGTH_TWICE",
        "LENGTH_BESIDE_CHUNKS",
        "MANY_HEADERS",
        "ODD_LINES"
      })
  void a_response_that_is_not_quite_right_is_one(Misbehavior misbehavior) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehavior);
        Client client = client()) {
      for (int i = 1; i <= 5; i++) {
        assertThat(Expected.of(client.post(receiver.url("/"), "x")))
            .isEqualTo(EXPECTED.get(misbehavior));
        assertThat(receiver.requests()).isEqualTo(i);
      }
    }
  }

  @Test
  void a_second_response_never_answers_the_next_request() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.SECOND_RESPONSE);
        Client client = client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(Expected.of(client.exchange(request(receiver, Misbehavior.SECOND_RESPONSE, 10))))
            .isEqualTo(new Expected(200, null));
      }
    }
  }

  @Test
  void a_receiver_that_closes_idle_connections_gets_each_request_at_most_once() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.CLOSE_WHEN_IDLE);
        Client client = client()) {
      for (int i = 1; i <= 20; i++) {
        client.exchange(request(receiver, Misbehavior.CLOSE_WHEN_IDLE, 10));
        assertThat(receiver.requests()).isLessThanOrEqualTo(i);
      }
    }
  }

  @Test
  void a_port_on_which_nobody_listens_is_a_failure_to_connect() {
    HostileReceiver gone = HostileReceiver.start(Misbehavior.CLOSE_ON_ACCEPT);
    gone.close();
    try (Client client = client()) {
      ExchangeResult result = client.exchange(request(gone, Misbehavior.CLOSE_ON_ACCEPT, 10));

      assertThat(Expected.of(result)).isEqualTo(new Expected(0, "connect"));
      assertThat(((ExchangeResult.Failure) result).detail()).contains("refused");
    }
  }

  private static Client client() {
    return new Client(
        Client.local()
            .idleTimeout(Duration.ofMillis(300))
            .trustedCertificates(directory.resolve("ca.pem"))
            .build());
  }

  /** Returns a request in which only the phase that is expected to time out has little time. */
  private static HttpRequest request(HostileReceiver receiver, Misbehavior misbehavior, int bytes) {
    Expected expected = Objects.requireNonNull(EXPECTED.get(misbehavior));
    ExchangeLimits limits =
        new ExchangeLimits(
            expected.millis("timeout_connect"),
            expected.millis("timeout_tls"),
            expected.millis("timeout_first_byte"),
            2 * expected.millis("timeout_body"),
            EXCERPT);
    return new HttpRequest(
        HttpTarget.parse(receiver.url("/")), new String[0], new byte[bytes], limits);
  }

  private static void failure(String code, Misbehavior... all) {
    for (Misbehavior misbehavior : all) {
      EXPECTED.put(misbehavior, new Expected(0, code));
    }
  }

  private static void response(int status, @Nullable String bodyError, Misbehavior... all) {
    for (Misbehavior misbehavior : all) {
      EXPECTED.put(misbehavior, new Expected(status, bodyError));
    }
  }

  /** A status, 0 for none, and an error. */
  private record Expected(int status, @Nullable String error) {

    int millis(String phase) {
      if (!phase.equals(error)) {
        return LONG;
      }
      return phase.equals("timeout_tls") ? SHORT_FOR_TLS : SHORT;
    }

    static Expected of(ExchangeResult result) {
      return switch (result) {
        case ExchangeResult.Failure failure -> new Expected(0, failure.error().code());
        case ExchangeResult.Response response -> {
          ErrorClass error = response.bodyError();
          yield new Expected(response.status(), error == null ? null : error.code());
        }
      };
    }
  }
}
