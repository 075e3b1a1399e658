package dev.posthorn.testkit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.Await;
import dev.posthorn.testkit.receiver.HostileReceiver;
import dev.posthorn.testkit.receiver.Misbehaviour;
import dev.posthorn.testkit.receiver.TestCertificate;
import dev.posthorn.transport.ErrorClass;
import dev.posthorn.transport.ExchangeLimits;
import dev.posthorn.transport.ExchangeResult;
import dev.posthorn.transport.HttpRequest;
import dev.posthorn.transport.HttpTarget;
import java.nio.file.Path;
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

/** Each misbehaviour, and what the transport makes of it. */
class HostileReceiverTest {

  private static final int EXCERPT = 1024;
  private static final int SHORT = 400;
  private static final int LONG = 30_000;

  /** Room for what the kernel takes although nobody reads it; memory of ours is far below. */
  private static final long SOON = 12_000_000;

  private static final Map<Misbehaviour, Expected> EXPECTED = new EnumMap<>(Misbehaviour.class);

  static {
    failure("timeout_connect", Misbehaviour.NEVER_ACCEPT);
    failure("timeout_tls", Misbehaviour.TLS_HANG, Misbehaviour.TLS_DRIP);
    failure(
        "tls",
        Misbehaviour.TLS_GARBAGE,
        Misbehaviour.TLS_CLOSE,
        Misbehaviour.TLS_RESET,
        Misbehaviour.TLS_OTHER_NAME);
    failure(
        "timeout_first_byte",
        Misbehaviour.HANG_ON_ACCEPT,
        Misbehaviour.HANG_AFTER_REQUEST,
        Misbehaviour.DRIP_HEADERS);
    failure(
        "connect",
        Misbehaviour.RESET_ON_ACCEPT,
        Misbehaviour.RESET_AFTER_REQUEST,
        Misbehaviour.RESET_IN_HEADERS,
        Misbehaviour.CLOSE_ON_ACCEPT,
        Misbehaviour.CLOSE_AFTER_REQUEST,
        Misbehaviour.CLOSE_IN_HEADERS);
    failure(
        "protocol",
        Misbehaviour.ENDLESS_HEADERS,
        Misbehaviour.HUGE_HEADER,
        Misbehaviour.HUGE_STATUS_LINE,
        Misbehaviour.GARBAGE,
        Misbehaviour.HTTP_0_9,
        Misbehaviour.CONFLICTING_LENGTHS,
        Misbehaviour.INVALID_LENGTH,
        Misbehaviour.STATUS_99,
        Misbehaviour.STATUS_1000,
        Misbehaviour.ENDLESS_CONTINUES,
        Misbehaviour.SWITCHING_PROTOCOLS);
    response(
        200,
        "timeout_body",
        Misbehaviour.HANG_AFTER_HEADERS,
        Misbehaviour.HANG_IN_BODY,
        Misbehaviour.DRIP_BODY);
    response(
        200,
        "connect",
        Misbehaviour.RESET_AFTER_HEADERS,
        Misbehaviour.RESET_IN_BODY,
        Misbehaviour.CLOSE_IN_BODY);
    response(200, "protocol", Misbehaviour.INVALID_CHUNK, Misbehaviour.ENDLESS_TRAILERS);
    response(
        200,
        "body_too_large",
        Misbehaviour.ENDLESS_BODY,
        Misbehaviour.ENDLESS_CHUNKS,
        Misbehaviour.GZIP_BOMB);
    response(
        200,
        null,
        Misbehaviour.CLOSE_WHEN_IDLE,
        Misbehaviour.HTTP_1_0,
        Misbehaviour.SECOND_RESPONSE,
        Misbehaviour.EARLY_HINTS);
    response(
        200,
        null,
        Misbehaviour.LENGTH_IN_CHARACTERS,
        Misbehaviour.BARE_LINE_FEEDS,
        Misbehaviour.SAME_LENGTH_TWICE,
        Misbehaviour.LENGTH_BESIDE_CHUNKS,
        Misbehaviour.MANY_HEADERS,
        Misbehaviour.ODD_LINES);
    response(
        204,
        null,
        Misbehaviour.LATE_SECOND_RESPONSE,
        Misbehaviour.NO_CONTENT_WITH_BODY,
        Misbehaviour.NO_CONTENT_WITH_LATE_CHUNKS);
    response(302, null, Misbehaviour.REDIRECT_TO_LOCALHOST);
    response(413, null, Misbehaviour.RESPONSE_WITHIN_REQUEST);
  }

  private static TestCertificate certificate;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeCertificate() {
    certificate = TestCertificate.of("other.test");
    certificate.writePem(directory.resolve("ca.pem"));
  }

  /** What is sent before the request counts if it comes after the request was sent. */
  private static final String MAY_BE_EARLY = "RESPONSE_BEFORE_REQUEST";

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = MAY_BE_EARLY)
  void has_a_bounded_and_named_outcome(Misbehaviour misbehaviour) {
    Expected expected = EXPECTED.get(misbehaviour);
    try (HostileReceiver receiver = HostileReceiver.start(misbehaviour, certificate);
        Client client = client()) {
      ExchangeResult result = client.exchange(request(receiver, misbehaviour, 100));

      assertThat(Expected.of(result)).isEqualTo(expected);
      if (result instanceof ExchangeResult.Response response) {
        assertThat(response.excerpt()).hasSizeLessThanOrEqualTo(EXCERPT);
      } else if (result instanceof ExchangeResult.Failure failure) {
        assertThat(failure.detail()).isNotBlank().doesNotContain("\n").hasSizeLessThan(400);
      }
      assertThat(result.timings().total()).isGreaterThan(0);
      if (misbehaviour != Misbehaviour.REDIRECT_TO_LOCALHOST
          && misbehaviour != Misbehaviour.SECOND_RESPONSE) {
        client.awaitNoConnections();
      }
      assertThat(receiver.connections()).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("endless")
  void what_has_no_end_is_cut_off_soon(Misbehaviour misbehaviour) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehaviour);
        Client client = client()) {
      client.exchange(request(receiver, misbehaviour, 100));

      Await.until("the receiver notices", () -> receiver.openConnections() == 0);
      assertThat(receiver.bytesSent()).isLessThan(SOON);
    }
  }

  private static Stream<Misbehaviour> endless() {
    return Stream.of(Misbehaviour.values())
        .filter(m -> m.name().startsWith("ENDLESS_") || m.name().startsWith("HUGE_"));
  }

  @ParameterizedTest
  @EnumSource(names = {"HANG_ON_ACCEPT", "RESPONSE_WITHIN_REQUEST", "HANG_AFTER_REQUEST"})
  void a_large_request_does_not_change_the_outcome(Misbehaviour misbehaviour) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehaviour);
        Client client = client()) {
      ExchangeResult result = client.exchange(request(receiver, misbehaviour, 20_000_000));

      assertThat(Expected.of(result)).isEqualTo(EXPECTED.get(misbehaviour));
      client.awaitNoConnections();
    }
  }

  @Test
  void what_comes_before_the_request_is_no_response_to_it() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehaviour.RESPONSE_BEFORE_REQUEST);
        Client client = client()) {
      ExchangeResult result = client.post(receiver.url("/"), "x");

      assertThat(Expected.of(result))
          .isIn(new Expected(200, null), new Expected(0, "protocol"), new Expected(0, "connect"));
      client.awaitNoConnections();
    }
  }

  /** The receiver has acted each time, and must not be asked again. */
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
  void a_response_that_is_not_quite_right_is_one(Misbehaviour misbehaviour) {
    try (HostileReceiver receiver = HostileReceiver.start(misbehaviour);
        Client client = client()) {
      for (int i = 1; i <= 5; i++) {
        assertThat(Expected.of(client.post(receiver.url("/"), "x")))
            .isEqualTo(EXPECTED.get(misbehaviour));
        assertThat(receiver.requests()).isEqualTo(i);
      }
    }
  }

  @Test
  void a_second_response_never_answers_the_next_request() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehaviour.SECOND_RESPONSE);
        Client client = client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(
                Expected.of(client.exchange(request(receiver, Misbehaviour.SECOND_RESPONSE, 10))))
            .isEqualTo(new Expected(200, null));
      }
    }
  }

  @Test
  void a_receiver_that_closes_idle_connections_gets_each_request_at_most_once() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehaviour.CLOSE_WHEN_IDLE);
        Client client = client()) {
      for (int i = 1; i <= 20; i++) {
        client.exchange(request(receiver, Misbehaviour.CLOSE_WHEN_IDLE, 10));
        assertThat(receiver.requests()).isLessThanOrEqualTo(i);
      }
    }
  }

  @Test
  void a_port_on_which_nobody_listens_is_a_failure_to_connect() {
    HostileReceiver gone = HostileReceiver.start(Misbehaviour.CLOSE_ON_ACCEPT);
    gone.close();
    try (Client client = client()) {
      ExchangeResult result = client.exchange(request(gone, Misbehaviour.CLOSE_ON_ACCEPT, 10));

      assertThat(Expected.of(result)).isEqualTo(new Expected(0, "connect"));
      assertThat(((ExchangeResult.Failure) result).detail()).contains("refused");
    }
  }

  private static Client client() {
    return new Client(
        Client.local().idleMillis(300).trustedCertificates(directory.resolve("ca.pem")).build());
  }

  /**
   * Returns a request in which only the phase that is expected to take too long has little time.
   */
  private static HttpRequest request(
      HostileReceiver receiver, Misbehaviour misbehaviour, int bytes) {
    Expected expected = Objects.requireNonNull(EXPECTED.get(misbehaviour));
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

  private static void failure(String code, Misbehaviour... all) {
    for (Misbehaviour misbehaviour : all) {
      EXPECTED.put(misbehaviour, new Expected(0, code));
    }
  }

  private static void response(int status, @Nullable String bodyError, Misbehaviour... all) {
    for (Misbehaviour misbehaviour : all) {
      EXPECTED.put(misbehaviour, new Expected(status, bodyError));
    }
  }

  /** A status, 0 for none, and an error. */
  private record Expected(int status, @Nullable String error) {

    int millis(String phase) {
      return phase.equals(error) ? SHORT : LONG;
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
