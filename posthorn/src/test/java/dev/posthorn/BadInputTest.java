package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    assertRefused(Reason.INVALID, "url", () -> NewEndpoint.of(url));
  }

  @Test
  void textsThatAreTooLong() {
    assertRefused(Reason.INVALID, "description", () -> endpoint().description("x".repeat(4_097)));
    assertRefused(Reason.INVALID, "metadata", () -> endpoint().metadata("k", "v".repeat(501)));
    assertRefused(Reason.INVALID, "metadata", () -> endpoint().metadata("k".repeat(101), "v"));
    String[] many = new String[65];
    Arrays.setAll(many, i -> i + "x".repeat(253));
    assertRefused(Reason.INVALID, "events", () -> endpoint().events(many));
    String[] channels = new String[11];
    Arrays.setAll(channels, i -> "c" + i);
    assertRefused(Reason.INVALID, "channels", () -> endpoint().channels(channels));
    assertRefused(
        Reason.INVALID, "channels", () -> NewMessage.builder("a", "{}").channels(channels).build());
  }

  private static NewEndpoint.Builder endpoint() {
    return NewEndpoint.builder("https://example.com/");
  }

  @Test
  void headersThatWouldFrameOrSign() {
    var endpoint = NewEndpoint.builder("https://example.com/");
    assertRefused(
        Reason.INVALID, "Webhook-Signature", () -> endpoint.header("Webhook-Signature", "v1,x"));
    assertRefused(
        Reason.INVALID,
        "X-A",
        () -> NewEndpoint.builder("https://example.com/").header("X-A", "b\r\nc: d").build());
    assertRefused(
        Reason.INVALID,
        "",
        () -> NewEndpoint.builder("https://example.com/").header("Host", "other").build());
  }

  @Test
  void moreSecretsThanMaySign() {
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      var endpoints = posthorn.endpoints();
      String id = endpoints.add(endpoint().build()).id();
      for (int i = 1; i <= 10; i++) {
        endpoints.rotateSecret(id, null, Duration.ofHours(1));
      }
      assertRefused(
          Reason.LIMIT_REACHED,
          "11 secrets sign already",
          () -> endpoints.rotateSecret(id, null, Duration.ofHours(1)));
      endpoints.rotateSecret(id, null, Duration.ZERO);
      endpoints.rotateSecret(id, null, Duration.ofHours(1));
    }
  }

  @Test
  void schedulesThatAreNegativeOrTooLong() {
    assertRefused(Reason.INVALID, "retrySchedule", () -> RetrySchedule.of(Duration.ofSeconds(-1)));
    assertRefused(Reason.INVALID, "retrySchedule", () -> RetrySchedule.of(Duration.ofDays(32)));
    assertRefused(
        Reason.INVALID,
        "retrySchedule",
        () -> new RetrySchedule(Collections.nCopies(51, Duration.ZERO)));
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
        () -> posthorn.send(NewMessage.of("a.b", new byte[1 << 21], "text/plain")));
    assertRefused(
        Reason.INVALID,
        "secret",
        () ->
            posthorn
                .endpoints()
                .add(NewEndpoint.builder("https://example.com/").secret("whsec_short").build()));
    assertRefused(Reason.STORE_LOCKED, "", () -> Posthorn.open(folder.resolve("webhooks.db")));
    assertThat(posthorn.messages().list(null, 1).messages()).isEmpty();
    posthorn.close();
    posthorn.close();
    assertRefused(Reason.CLOSED, "closed", () -> posthorn.send("a.b", "{}"));
    assertRefused(Reason.CLOSED, "closed", posthorn::endpoints);
  }

  @Test
  void whatWasTakenFromAnInstanceIsClosedWithIt() {
    Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"));
    Application other = posthorn.application("other");
    Endpoints endpoints = other.endpoints();
    Endpoint endpoint = endpoints.add(NewEndpoint.of("https://example.com/"));
    Receipt receipt = other.send(NewMessage.of("a.b", "{}"));
    posthorn.close();
    assertRefused(Reason.CLOSED, "closed", () -> other.send("a.b", "{}"));
    assertRefused(Reason.CLOSED, "closed", endpoints::list);
    assertRefused(Reason.CLOSED, "closed", () -> endpoints.pause(endpoint.id()));
    assertRefused(
        Reason.CLOSED, "closed", () -> endpoints.replayFailed(endpoint.id(), Instant.EPOCH));
    assertRefused(Reason.CLOSED, "closed", () -> other.messages().get(receipt.id()));
    assertThat(other.sendAsync("a.b", "{}")).isCompletedExceptionally();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\n", "ä", "invoice.*", "a/b"})
  void namesOfEventTypesAndChannels(String name) {
    assertRefused(Reason.INVALID, "type", () -> NewMessage.of(name, "{}"));
    assertRefused(
        Reason.INVALID, "channels", () -> NewMessage.builder("a.b", "{}").channels(name).build());
    assertRefused(
        Reason.INVALID,
        "channels",
        () -> NewEndpoint.builder("https://example.com/").channels(name).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a*", "*.b", "a.**", "a b", ".*"})
  void patternsOfEventTypes(String pattern) {
    assertRefused(
        Reason.INVALID,
        "events",
        () -> NewEndpoint.builder("https://example.com/").events(pattern).build());
  }

  @Test
  void bytesThatAreNotJsonAndObjectsThatCannotBeWritten() {
    assertRefused(Reason.INVALID, "payload", () -> NewMessage.of("a.b", new byte[] {1, 2}));
    Map<String, Object> endless = new HashMap<>();
    endless.put("itself", endless);
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      assertRefused(Reason.INVALID, "payload", () -> posthorn.send("a.b", endless));
      assertThat(posthorn.sendAsync("a.b", endless)).isCompletedExceptionally();
    }
    assertRefused(
        Reason.INVALID, "contentType", () -> NewMessage.of("a.b", new byte[0], "a\r\nb: c"));
  }

  @Test
  void idsTimesAndLimitsOutOfRange() {
    assertRefused(
        Reason.INVALID, "eventId", () -> NewMessage.builder("a", "1").eventId("").build());
    assertRefused(
        Reason.INVALID,
        "eventId",
        () -> NewMessage.builder("a", "1").eventId("x".repeat(257)).build());
    assertRefused(
        Reason.INVALID,
        "deliverAt",
        () -> NewMessage.builder("a", "1").deliverAt(Instant.MAX).build());
    assertRefused(
        Reason.INVALID,
        "expiresAt",
        () -> NewMessage.builder("a", "1").expiresAt(Instant.MIN).build());
    var endpoint = NewEndpoint.builder("https://example.com/");
    assertRefused(Reason.INVALID, "rateLimit", () -> endpoint.rateLimit(-1));
    assertRefused(Reason.INVALID, "concurrency", () -> endpoint.concurrency(1_025));
    assertRefused(Reason.INVALID, "timeout", () -> endpoint.timeout(Duration.ofSeconds(-1)));
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      Instant now = Instant.now();
      assertRefused(
          Reason.INVALID,
          "expiresAt",
          () ->
              posthorn.send(NewMessage.builder("a", "1").expiresAt(now.minusSeconds(60)).build()));
      assertRefused(
          Reason.INVALID,
          "deliverAt",
          () ->
              NewMessage.builder("a", "1")
                  .deliverAt(Instant.parse("2100-01-01T00:00:01Z"))
                  .build());
      assertRefused(
          Reason.INVALID,
          "deliverIn",
          () ->
              posthorn.send(
                  NewMessage.builder("a", "1").deliverIn(Duration.ofDays(36_500)).build()));
      assertRefused(
          Reason.INVALID,
          "expiresAt",
          () ->
              posthorn.send(
                  NewMessage.builder("a", "1")
                      .deliverAt(now.plusSeconds(60))
                      .expiresAt(now.plusSeconds(30))
                      .build()));
      assertRefused(Reason.INVALID, "limit", () -> posthorn.messages().list(null, 0));
      String id = posthorn.endpoints().add(endpoint.build()).id();
      assertRefused(
          Reason.INVALID,
          "grace",
          () -> posthorn.endpoints().rotateSecret(id, null, Duration.ofSeconds(-1)));
      assertRefused(
          Reason.INVALID,
          "wireFormat",
          () ->
              posthorn
                  .endpoints()
                  .update(id, EndpointUpdate.builder().wireFormat("unknown").build()));
      assertRefused(
          Reason.INVALID, "since", () -> posthorn.endpoints().replayFailed(id, Instant.MAX));
      assertThat(posthorn.messages().list(null, 10).messages()).isEmpty(); // nothing half-written
    }
  }

  @Test
  void optionsOutOfRange() {
    var options = PosthornOptions.builder(folder.resolve("webhooks.db"));
    assertRefused(
        Reason.INVALID, "requestTimeout", () -> options.requestTimeout(Duration.ofMillis(1)));
    assertRefused(Reason.INVALID, "retention", () -> options.retention(Duration.ofSeconds(-1)));
    assertRefused(
        Reason.INVALID, "retention", () -> options.retention(Duration.ofSeconds(Long.MAX_VALUE)));
    assertRefused(Reason.INVALID, "sendTimeout", () -> options.sendTimeout(Duration.ZERO));
    assertRefused(
        Reason.INVALID, "closeTimeout", () -> options.closeTimeout(Duration.ofSeconds(-1)));
    assertRefused(Reason.INVALID, "jitter", () -> options.jitter(Double.NaN));
    assertRefused(Reason.INVALID, "maxInFlight", () -> options.maxInFlight(0));
    assertRefused(Reason.INVALID, "allowNetworks", () -> options.allowNetworks("localhost"));
    assertRefused(
        Reason.INVALID, "maxPayloadSize", () -> options.maxPayloadSize(Integer.MAX_VALUE));
  }

  @Test
  void filesThatAreNotADatabaseOrAKey() throws Exception {
    Path text = Files.writeString(folder.resolve("text.db"), "not a database".repeat(100));
    assertRefused(Reason.STORE_FAILED, "text.db", () -> Posthorn.open(text));
    Path file = folder.resolve("webhooks.db");
    Path key = folder.resolve("webhooks.db.key");
    Posthorn.open(PosthornOptions.builder(folder.resolve("other.db")).keyFile(key).build()).close();
    Files.writeString(key, "nonsense\n");
    assertRefused(
        Reason.STORE_FAILED, "webhooks.db.key cannot be used: line 1", () -> Posthorn.open(file));
    assertThat(file).doesNotExist();
  }

  @Test
  void placesWhereNoFileCanBe() {
    Path none = folder.resolve("none");
    assertRefused(
        Reason.INVALID,
        none + " does not exist; create",
        () -> Posthorn.open(none.resolve("a.db")));
    Path directory = folder.resolve("sub");
    assertThat(directory.toFile().mkdir()).isTrue();
    assertRefused(Reason.INVALID, "is a directory", () -> Posthorn.open(directory));
    assertThat(folder.resolve("sub.key")).doesNotExist();
  }

  @Test
  @SuppressWarnings("NullAway") // what callers do who do not check nullness
  void nothingWhereAValueIsNeeded() {
    assertRefused(Reason.INVALID, "type", () -> NewMessage.of(null, "{}"));
    assertRefused(Reason.INVALID, "proxy", () -> EgressProxy.of(null, 3128));
    EgressProxy.Builder proxy = EgressProxy.builder("proxy", 3128);
    assertRefused(Reason.INVALID, "proxy", () -> proxy.credentials("user", null));
    assertRefused(Reason.INVALID, "proxy", () -> proxy.credentials(null, "word"));
    assertRefused(Reason.INVALID, "payload", () -> NewMessage.of("a.b", null));
    assertRefused(Reason.INVALID, "payload", () -> NewMessage.of("a.b", null, "text/plain"));
    assertRefused(Reason.INVALID, "channels", () -> endpoint().channels("a", null));
    assertRefused(Reason.INVALID, "events", () -> endpoint().events((String[]) null));
    assertRefused(Reason.INVALID, "metadata", () -> endpoint().metadata("a", null));
    assertRefused(Reason.INVALID, "headers", () -> endpoint().header("a", null));
    assertRefused(Reason.INVALID, "url", () -> NewEndpoint.of(null));
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      assertRefused(Reason.INVALID, "uid", () -> posthorn.application(null));
      assertRefused(Reason.INVALID, "endpoint", () -> posthorn.endpoints().get(null));
      assertRefused(Reason.INVALID, "message", () -> posthorn.messages().get(null));
    }
  }

  @Test
  void aPayloadObjectThatShowsNothing() {
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      assertRefused(Reason.INVALID, "payload", () -> posthorn.send("a.b", new Hidden("inv_1")));
    }
  }

  /** Jackson finds no property of it. */
  private static final class Hidden {
    @SuppressWarnings("UnusedVariable")
    private final String id;

    Hidden(String id) {
      this.id = id;
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aKeyFileThatOthersCanRead() throws Exception {
    Path file = folder.resolve("webhooks.db");
    Posthorn.open(file).close();
    Path key = folder.resolve("webhooks.db.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(Reason.STORE_FAILED, "chmod 600 " + key, () -> Posthorn.open(file));
  }

  @Test
  void aPayloadAsLargeAsIsAllowedIsAccepted() {
    try (Posthorn posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db")).maxPayloadSize(100).build())) {
      var most = NewMessage.of("a.b", new byte[100], "text/plain");
      assertThat(posthorn.send(most).id()).startsWith("msg_");
      assertRefused(
          Reason.TOO_LARGE,
          "payload",
          () -> posthorn.send(NewMessage.of("a.b", new byte[101], "text/plain")));
    }
  }

  @Test
  void anEndpointOfAnotherApplicationIsNotFound() {
    try (Posthorn posthorn = Posthorn.open(PosthornOptions.of(folder.resolve("webhooks.db")))) {
      Endpoint mine = posthorn.endpoints().add(NewEndpoint.of("https://example.com/"));
      assertRefused(
          Reason.NOT_FOUND,
          "endpoint",
          () -> posthorn.application("other").endpoints().get(mine.id()));
      assertRefused(
          Reason.CONFLICT,
          "uid",
          () -> {
            posthorn
                .endpoints()
                .add(NewEndpoint.builder("https://example.com/").uid("one").build());
            posthorn
                .endpoints()
                .add(NewEndpoint.builder("https://example.com/").uid("one").build());
          });
    }
  }
}
