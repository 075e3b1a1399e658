package dev.posthorn.testkit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Endpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  @TempDir private Path folder;

  static void assertRefused(Reason reason, String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PosthornException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContaining(field);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.com/",
        "example.com",
        "https://user:secret@example.com/",
        "https://example.com:0/",
        "https://",
        "https://exa mple.com/",
        "https://example.com/\r\nx: y"
      })
  void aUrlThatCannotBeUsed(String url) {
    assertRefused(Reason.INVALID, "url", () -> Endpoint.to(url));
  }

  @Test
  void headersThatWouldFrameOrSign() {
    var endpoint = Endpoint.to("https://example.com/");
    assertRefused(
        Reason.INVALID, "Webhook-Signature", () -> endpoint.header("Webhook-Signature", "v1,x"));
    assertRefused(
        Reason.INVALID,
        "X-A",
        () -> Endpoint.to("https://example.com/").header("X-A", "b\r\nc: d"));
    assertRefused(
        Reason.INVALID, "", () -> Endpoint.to("https://example.com/").header("Host", "other"));
  }

  @Test
  void schedulesThatAreNegativeOrTooLong() {
    assertRefused(Reason.INVALID, "retrySchedule", () -> RetrySchedule.of(Duration.ofSeconds(-1)));
    assertRefused(Reason.INVALID, "retrySchedule", () -> RetrySchedule.of(Duration.ofDays(32)));
    assertRefused(
        Reason.INVALID,
        "retrySchedule",
        () -> new RetrySchedule(Collections.nCopies(21, Duration.ZERO)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}{}", "nope", "[1,]", "{\"a\":1"})
  void aPayloadThatIsNotJson(String payload) {
    assertRefused(Reason.INVALID, "payload", () -> NewMessage.of("a.b", payload));
  }

  @Test
  void whatIsUnknownTooLargeOrClosed() {
    Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"));
    assertRefused(Reason.NOT_FOUND, "endpoint", () -> posthorn.endpoints().get("ep_unknown"));
    assertRefused(Reason.NOT_FOUND, "message", () -> posthorn.messages().get("msg_unknown"));
    assertRefused(
        Reason.TOO_LARGE,
        "payload",
        () -> posthorn.send(NewMessage.ofBytes("a.b", new byte[1 << 21], "text/plain")));
    assertRefused(
        Reason.INVALID,
        "secret",
        () -> posthorn.endpoints().add(Endpoint.to("https://example.com/").secret("whsec_short")));
    assertRefused(Reason.STORE_LOCKED, "", () -> Posthorn.open(folder.resolve("webhooks.db")));
    posthorn.application("other").endpoints();
    posthorn.close();
    posthorn.close();
    assertRefused(Reason.CLOSED, "closed", () -> posthorn.send("a.b", "{}"));
    assertRefused(Reason.CLOSED, "closed", posthorn::endpoints);
  }

  @Test
  void anEndpointOfAnotherApplicationIsNotFound() {
    try (Posthorn posthorn = Posthorn.open(PosthornOptions.file(folder.resolve("webhooks.db")))) {
      Endpoint mine = posthorn.endpoints().add(Endpoint.to("https://example.com/"));
      assertRefused(
          Reason.NOT_FOUND,
          "endpoint",
          () -> posthorn.application("other").endpoints().get(mine.id()));
      assertRefused(
          Reason.CONFLICT,
          "uid",
          () -> {
            posthorn.endpoints().add(Endpoint.to("https://example.com/").uid("one"));
            posthorn.endpoints().add(Endpoint.to("https://example.com/").uid("one"));
          });
    }
  }
}
