package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookServiceTest {
  private static final Map<String, Object> DATA = Map.of("id", "inv-1");

  @TempDir Path directory;
  private Receiver receiver = Receiver.start();
  private WebhookService service;

  @BeforeEach
  void open() {
    service = Services.open(directory);
  }

  @AfterEach
  void close() {
    service.close();
    receiver.close();
  }

  private WebhookConfig hook(String path) {
    return WebhookConfig.of(receiver.url(path));
  }

  @Test
  void webhooksAreListedAsTheyWereAdded() {
    WebhookConfig first =
        hook("/1")
            .withSecret("ç€")
            .withEvents(WebhookEvent.USER_LOGIN, WebhookEvent.SYSTEM_ERROR)
            .withHeaders(Map.of("X-Env", "prod"))
            .withTimeout(7)
            .withMaxRetries(5);
    WebhookConfig second = hook("/2").withActive(false);
    WebhookConfig third = hook("/3").withEvents();
    service.addWebhook(first);
    service.addWebhook(second);
    service.addWebhook(third);

    assertThat(service.listWebhooks()).containsExactly(first, second, third);
  }

  @Test
  void removingTakesAllWithThatUrlAndSaysWhetherThereWasOne() {
    service.addWebhook(hook("/a"));
    service.addWebhook(hook("/b"));
    service.addWebhook(hook("/a"));

    assertThat(service.removeWebhook(receiver.url("/a"))).isTrue();
    assertThat(service.removeWebhook(receiver.url("/a"))).isFalse();
    assertThat(service.listWebhooks()).containsExactly(hook("/b"));
  }

  @Test
  void theSameUrlTwiceKeepsBothAndSendsToBoth() {
    service.addWebhook(hook("/a"));
    service.addWebhook(hook("/a").withSecret("s"));

    assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA)).hasSize(2);
    assertThat(receiver.requests())
        .extracting(request -> request.header("X-Cidadao-Signature") != null)
        .containsExactlyInAnyOrder(true, false);
  }

  @Test
  void onlyActiveWebhooksThatWantTheEventGetIt() {
    service.addWebhook(hook("/all"));
    service.addWebhook(hook("/inactive").withActive(false));
    service.addWebhook(hook("/other").withEvents(WebhookEvent.SYSTEM_ALERT));
    service.addWebhook(hook("/this").withEvents(WebhookEvent.USER_LOGIN));
    service.addWebhook(hook("/none").withEvents());

    assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA))
        .extracting(WebhookDelivery::webhookUrl)
        .containsExactly(receiver.url("/all"), receiver.url("/this"));
  }

  @Test
  void anEventThatNobodyWantsHasNoResults() throws Exception {
    service.addWebhook(hook("/other").withEvents(WebhookEvent.SYSTEM_ALERT));

    assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA)).isEmpty();
    assertThat(service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null).get(1, TimeUnit.SECONDS))
        .isEmpty();
    assertThat(receiver.count()).isZero();
  }

  @Test
  void webhooksAreSentToAtTheSameTimeAndResultsKeepTheirOrder() {
    CyclicBarrier allThere = new CyclicBarrier(3);
    try (Receiver together = Receiver.answering(request -> meet(allThere, request))) {
      for (String path : List.of("/200", "/201", "/202")) {
        service.addWebhook(WebhookConfig.of(together.url(path)).withMaxRetries(0));
      }
      assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA))
          .extracting(WebhookDelivery::statusCode)
          .containsExactly(200, 201, 202);
    }
  }

  /** Answers only once all requests are there; the status is the path. */
  private static Answer meet(CyclicBarrier barrier, ReceivedRequest request) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      return Answer.status(400);
    }
    return Answer.status(Integer.parseInt(request.path().substring(1)));
  }

  @Test
  void anEventIsSentWithTheTimeOfTheClockAndItsMetadata() {
    service.close();
    Instant now = Instant.parse("2025-01-25T12:34:56.789012Z");
    service =
        WebhookService.open(
            directory.resolve("webhooks.db"), Services.OPTIONS.withClock(() -> now));
    service.addWebhook(hook("/a"));

    List<WebhookDelivery> results =
        service.sendEvent(WebhookEvent.USER_LOGIN, DATA, Map.of("source", "test"));

    assertThat(receiver.requests().getFirst().text())
        .isEqualTo(
            "{\"event\":\"user.login\",\"timestamp\":\"2025-01-25T12:34:56.789012+00:00\","
                + "\"data\":{\"id\":\"inv-1\"},\"metadata\":{\"source\":\"test\"}}");
    assertThat(results.getFirst().event()).isEqualTo(WebhookEvent.USER_LOGIN);
    assertThat(results.getFirst().durationMs()).isPositive();
  }

  @Test
  void anEventCanBeSentWithoutWaiting() throws Exception {
    service.addWebhook(hook("/a"));

    CompletableFuture<List<WebhookDelivery>> results =
        service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null);

    assertThat(results.get(20, TimeUnit.SECONDS))
        .extracting(WebhookDelivery::success)
        .containsExactly(true);
  }

  @Test
  void aTestGoesToAWebhookThatIsNotAdded() {
    WebhookDelivery result =
        service.testWebhook(
            hook("/test").withSecret("s").withEvents(WebhookEvent.USER_LOGIN).withActive(false));

    assertThat(result.success()).isTrue();
    assertThat(result.webhookUrl()).isEqualTo(receiver.url("/test"));
    ReceivedRequest request = receiver.requests().getFirst();
    assertThat(request.header("X-Cidadao-Event")).isEqualTo("system.alert");
    assertThat(request.header("X-Cidadao-Signature")).startsWith("sha256=");
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?\\+00:00";
    assertThat(request.text())
        .matches(
            "\\{\"event\":\"system.alert\",\"timestamp\":\""
                + time
                + "\",\"data\":\\{\"type\":\"test\","
                + "\"message\":\"This is a test webhook from Cidadão.AI\",\"timestamp\":\""
                + time
                + "\"},\"metadata\":\\{\"test\":true}}");
    assertThat(service.listWebhooks()).isEmpty();
    assertThat(service.getDeliveryHistory()).isEmpty();
  }

  @Test
  void aTestGoesToNoOtherWebhook() {
    service.addWebhook(hook("/added"));

    service.testWebhook(hook("/test"));

    assertThat(receiver.requests()).extracting(ReceivedRequest::path).containsExactly("/test");
  }

  @Test
  void aClosedServiceRefusesEverything() {
    service.close();
    service.close();

    assertThatThrownBy(() -> service.sendEvent(WebhookEvent.USER_LOGIN, DATA))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    assertThatThrownBy(service::listWebhooks).isInstanceOf(PosthornException.class);
  }

  @Test
  void closingEndsTheWaitForDeliveriesThatAreNotOver() throws Exception {
    receiver.close();
    receiver = Receiver.answering(request -> Answer.status(503));
    service.close();
    service =
        WebhookService.open(
            directory.resolve("webhooks.db"), Services.OPTIONS.withSecondMillis(1_000_000));
    service.addWebhook(hook("/a"));
    CompletableFuture<List<WebhookDelivery>> results =
        service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null);
    receiver.awaitRequests(1);

    service.close();

    assertThat(results)
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withMessageContaining("they resume when it is opened");
  }

  @Test
  void theDefaultInstanceOpensByItselfAndAgain() {
    service.close();
    System.setProperty("posthorn.cidadao.file", directory.resolve("webhooks.db").toString());
    System.setProperty("posthorn.cidadao.allow-private-networks", "true");
    try {
      Webhooks.registerWebhook(receiver.url("/a"), List.of(WebhookEvent.USER_LOGIN), "s");
      Webhooks.registerWebhook(hook("/b"));
      Webhooks.close();

      assertThat(Webhooks.sendWebhookEvent(WebhookEvent.USER_LOGIN, DATA, null)).hasSize(2);
      assertThat(Webhooks.sendWebhookEvent(WebhookEvent.SYSTEM_ALERT, DATA, null)).hasSize(1);
      assertThat(Webhooks.service()).isSameAs(Webhooks.service());
    } finally {
      Webhooks.close();
      System.clearProperty("posthorn.cidadao.file");
      System.clearProperty("posthorn.cidadao.allow-private-networks");
    }
  }

  @Test
  void aRemovedWebhookGetsNothingMore() {
    receiver.close();
    receiver = Receiver.answering(request -> Answer.status(503));
    service.close();
    service =
        WebhookService.open(
            directory.resolve("webhooks.db"), Services.OPTIONS.withSecondMillis(1_000_000));
    service.addWebhook(hook("/a"));
    CompletableFuture<List<WebhookDelivery>> results =
        service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null);
    receiver.awaitRequests(1);

    service.removeWebhook(receiver.url("/a"));

    Await.until("the delivery is cancelled", results::isDone);
    WebhookDelivery result = results.join().getFirst();
    assertThat(result.webhookUrl()).isEqualTo(receiver.url("/a"));
    assertThat(result.success()).isFalse();
    assertThat(receiver.count()).isEqualTo(1);
    assertThat(service.getDeliveryHistory()).containsExactly(result);
  }

  @Test
  void aReceiverThatIsGoneMakesItsWebhookInactive() {
    receiver.close();
    receiver = Receiver.answering(request -> Answer.status(410));
    service.addWebhook(hook("/a"));

    assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA)).hasSize(1);

    assertThat(service.listWebhooks()).containsExactly(hook("/a").withActive(false));
    assertThat(service.sendEvent(WebhookEvent.USER_LOGIN, DATA)).isEmpty();
  }

  @Test
  void aDeliveryThatWaitedGoesOnAfterARestart() {
    receiver.close();
    AtomicInteger requests = new AtomicInteger();
    receiver =
        Receiver.answering(request -> Answer.status(requests.getAndIncrement() == 0 ? 503 : 200));
    service.close();
    service =
        WebhookService.open(
            directory.resolve("webhooks.db"), Services.OPTIONS.withSecondMillis(100));
    service.addWebhook(hook("/a"));
    var unused = service.sendEventAsync(WebhookEvent.USER_LOGIN, DATA, null);
    receiver.awaitRequests(1);

    service.close();
    service = Services.open(directory);

    Await.until("it ends", () -> !service.getDeliveryHistory().isEmpty());
    WebhookDelivery result = service.getDeliveryHistory().getFirst();
    assertThat(result.success()).isTrue();
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(receiver.count()).isEqualTo(2);
  }

  @Test
  void aTestThatWasInterruptedLeavesNothingBehind() throws Exception {
    receiver.close();
    receiver = Receiver.answering(request -> Answer.status(503));
    service.close();
    Path file = directory.resolve("webhooks.db");
    WebhookService slow = WebhookService.open(file, Services.OPTIONS.withSecondMillis(1_000_000));
    WebhookConfig webhook = hook("/a");
    CompletableFuture<WebhookDelivery> test =
        CompletableFuture.supplyAsync(() -> slow.testWebhook(webhook));
    receiver.awaitRequests(1);

    slow.close();

    assertThat(test)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(PosthornException.class);
    service = Services.open(directory);
    service.close();
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      assertThat(store.across(store.allPartitions()).endpoints(ScanKey.START, 10).rows()).isEmpty();
    }
    assertThat(receiver.count()).isEqualTo(1);
  }
}
