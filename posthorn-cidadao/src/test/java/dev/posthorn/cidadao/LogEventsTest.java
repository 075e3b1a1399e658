package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;

/** The six log events of the original, with its names, levels and fields. */
class LogEventsTest {
  private static final Map<String, Object> DATA = Map.of("id", "PAYLOAD-1");

  @TempDir Path directory;
  private WebhookService service;

  @BeforeEach
  void open() {
    service = Services.open(directory);
    LogRecorder.reset(Level.INFO);
  }

  @AfterEach
  void close() {
    service.close();
  }

  /** Returns the events with a name once there are so many. */
  private static List<LoggingEvent> logged(String name, int number) {
    Await.until(number + " × " + name, () -> named(name).size() >= number);
    assertThat(named(name)).hasSize(number);
    return named(name);
  }

  private static List<LoggingEvent> named(String name) {
    return LogRecorder.events().stream().filter(event -> name.equals(event.getMessage())).toList();
  }

  /** Returns the one event with a name, after a look at its level and logger. */
  private static Map<String, Object> one(String name, Level level) {
    LoggingEvent event = logged(name, 1).getFirst();
    assertThat(event.getLevel()).isEqualTo(level);
    assertThat(event.getLoggerName()).isEqualTo("dev.posthorn.cidadao.WebhookService");
    assertThat(event.getThrowable()).isNull();
    return fields(event);
  }

  private static Map<String, Object> fields(LoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Objects.requireNonNull(event.getKeyValuePairs())
        .forEach(pair -> assertThat(fields.put(pair.key, pair.value)).isNull());
    return fields;
  }

  private static WebhookConfig to(Receiver receiver, String path) {
    return WebhookConfig.of(receiver.url(path)).withMaxRetries(0);
  }

  @Test
  void aWebhookIsAdded() {
    service.addWebhook(WebhookConfig.of("https://example.com/all"));
    Map<String, Object> all = one("Webhook added", Level.INFO);
    assertThat(all.keySet()).containsExactly("url", "events", "active");
    assertThat(all)
        .containsEntry("url", "https://example.com/all")
        .containsEntry("events", null)
        .containsEntry("active", true);

    LogRecorder.reset(Level.INFO);
    service.addWebhook(
        WebhookConfig.of("https://example.com/some")
            .withEvents(WebhookEvent.USER_LOGIN, WebhookEvent.SYSTEM_ERROR)
            .withActive(false));
    Map<String, Object> some = one("Webhook added", Level.INFO);
    assertThat(some).containsEntry("active", false);
    assertThat(some.get("events")).hasToString("[user.login, system.error]");
  }

  @Test
  void aWebhookIsRemovedOnceThoughItsUrlWasAddedTwice() {
    service.addWebhook(WebhookConfig.of("https://example.com/a"));
    service.addWebhook(WebhookConfig.of("https://example.com/a"));

    service.removeWebhook("https://example.com/a");
    service.removeWebhook("https://example.com/a");

    assertThat(one("Webhook removed", Level.INFO))
        .isEqualTo(Map.of("url", "https://example.com/a"));
  }

  @Test
  void eachResponseThatIsNoSuccessIsLoggedWithItsStatus() {
    AtomicInteger requests = new AtomicInteger();
    try (Receiver receiver =
        Receiver.answering(
            request -> Answer.status(requests.incrementAndGet() == 1 ? 503 : 404).body("no"))) {
      service.addWebhook(to(receiver, "/hook").withMaxRetries(3));

      service.sendEvent(WebhookEvent.USER_LOGIN, DATA);

      List<LoggingEvent> failed = logged("Webhook delivery failed", 2);
      assertThat(failed).extracting(LoggingEvent::getLevel).containsOnly(Level.WARN);
      assertThat(failed)
          .extracting(LogEventsTest::fields)
          .containsExactly(
              Map.of("url", receiver.url("/hook"), "status_code", 503),
              Map.of("url", receiver.url("/hook"), "status_code", 404));
    }
  }

  @Test
  void aResponseIsLoggedAtDebugAloneInOneLine() {
    LogRecorder.reset(Level.DEBUG);
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(500).body("boom\r\nINFO forged"))) {
      service.addWebhook(to(receiver, "/hook"));

      service.sendEvent(WebhookEvent.USER_LOGIN, DATA);

      assertThat(one("Webhook delivery failed", Level.WARN))
          .isEqualTo(
              Map.of(
                  "url",
                  receiver.url("/hook"),
                  "status_code",
                  500,
                  "response",
                  "boom  INFO forged"));
    }
  }

  @Test
  void anAttemptWithoutAResponseIsAnError() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    String url = "http://127.0.0.1:" + closed + "/hook";
    service.addWebhook(WebhookConfig.of(url).withMaxRetries(0));

    List<WebhookDelivery> results = service.sendEvent(WebhookEvent.USER_LOGIN, DATA);

    Map<String, Object> fields = one("Webhook delivery error", Level.ERROR);
    assertThat(fields.keySet()).containsExactly("url", "error");
    assertThat(fields).containsEntry("url", url).containsEntry("error", results.getFirst().error());
  }

  @Test
  void theTotalsOfAnEventAreLoggedOnceAllHasEnded() throws Exception {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(request.path().equals("/bad") ? 400 : 200))) {
      service.addWebhook(to(receiver, "/good"));
      service.addWebhook(to(receiver, "/bad"));
      service.addWebhook(to(receiver, "/good"));

      service.sendEvent(WebhookEvent.USER_LOGIN, DATA);
      assertThat(one("Webhooks sent", Level.INFO))
          .hasToString("{event=user.login, total=3, successful=2, failed=1}");

      LogRecorder.reset(Level.INFO);
      service.sendEventAsync(WebhookEvent.SYSTEM_ALERT, DATA, null).get(20, TimeUnit.SECONDS);
      assertThat(one("Webhooks sent", Level.INFO))
          .hasToString("{event=system.alert, total=3, successful=2, failed=1}");
    }
  }

  @Test
  void anEventThatNobodyWantsIsLoggedAtDebug() throws Exception {
    service.sendEvent(WebhookEvent.USER_LOGIN, DATA);
    assertThat(LogRecorder.events()).isEmpty();

    LogRecorder.reset(Level.DEBUG);
    service.sendEvent(WebhookEvent.USER_LOGIN, DATA);
    assertThat(one("No webhooks configured for event", Level.DEBUG))
        .isEqualTo(Map.of("event", "user.login"));

    LogRecorder.reset(Level.DEBUG);
    service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null).get(1, TimeUnit.SECONDS);
    assertThat(one("No webhooks configured for event", Level.DEBUG))
        .isEqualTo(Map.of("event", "user.login"));
  }

  @Test
  void aTestOfAWebhookLogsItsFailureAndNothingElse() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(400))) {
      service.testWebhook(to(receiver, "/test"));

      assertThat(one("Webhook delivery failed", Level.WARN))
          .containsEntry("url", receiver.url("/test"));
      assertThat(LogRecorder.events()).hasSize(1);
    }
  }

  /** The receiver quotes what it was sent; nothing of it may stand in a log that is kept. */
  @Test
  void noEventHoldsASecretAHeaderOrAPayload() {
    try (Receiver receiver =
        Receiver.answering(
            request ->
                Answer.status(400)
                    .body(
                        request.header("X-Api-Key")
                            + new String(request.body(), StandardCharsets.UTF_8)))) {
      service.addWebhook(
          to(receiver, "/hook")
              .withSecret("SECRET-1")
              .withHeaders(Map.of("X-Api-Key", "HEADER-1")));

      service.sendEvent(WebhookEvent.USER_LOGIN, DATA, Map.of("m", "METADATA-1"));
      logged("Webhook delivery failed", 1);
      service.removeWebhook(receiver.url("/hook"));

      assertThat(receiver.requests().getFirst().text()).contains("PAYLOAD-1", "METADATA-1");
      assertThat(LogRecorder.events()).hasSize(4);
      assertThat(LogRecorder.events().stream().map(event -> event.getMessage() + fields(event)))
          .noneMatch(text -> text.matches(".*(SECRET|HEADER|PAYLOAD|METADATA)-1.*"));
    }
  }
}
