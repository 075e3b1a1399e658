package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path directory;
  private Receiver receiver;
  private WebhookService service;

  @BeforeEach
  void open() {
    receiver =
        Receiver.answering(
            request -> Answer.status(request.path().equals("/bad") ? 400 : 200).body("ok"));
    service = Services.open(directory);
  }

  @AfterEach
  void close() {
    service.close();
    receiver.close();
  }

  private void send(WebhookEvent event) {
    assertThat(service.sendEvent(event, Map.of("x", 1))).isNotEmpty();
  }

  @Test
  void theNewestIsFirstAndFiltersNarrow() {
    service.addWebhook(WebhookConfig.of(receiver.url("/good")));
    service.addWebhook(
        WebhookConfig.of(receiver.url("/bad")).withEvents(WebhookEvent.SYSTEM_ERROR));
    send(WebhookEvent.USER_LOGIN);
    send(WebhookEvent.SYSTEM_ERROR);
    send(WebhookEvent.USER_REGISTERED);

    assertThat(service.getDeliveryHistory())
        .extracting(WebhookDelivery::event)
        .containsExactly(
            WebhookEvent.USER_REGISTERED,
            WebhookEvent.SYSTEM_ERROR,
            WebhookEvent.SYSTEM_ERROR,
            WebhookEvent.USER_LOGIN);
    assertThat(service.getDeliveryHistory())
        .isSortedAccordingTo(Comparator.comparing(WebhookDelivery::timestamp).reversed());
    HistoryFilter all = HistoryFilter.ALL;
    assertThat(service.getDeliveryHistory(all.withEvent(WebhookEvent.SYSTEM_ERROR))).hasSize(2);
    assertThat(service.getDeliveryHistory(all.withUrl(receiver.url("/good")))).hasSize(3);
    assertThat(service.getDeliveryHistory(all.withSuccess(false)))
        .extracting(WebhookDelivery::webhookUrl)
        .containsExactly(receiver.url("/bad"));
    assertThat(service.getDeliveryHistory(all.withSuccess(true))).hasSize(3);
    assertThat(service.getDeliveryHistory(all.withLimit(1)))
        .extracting(WebhookDelivery::event)
        .containsExactly(WebhookEvent.USER_REGISTERED);
  }

  @Test
  void historyAndWebhooksSurviveARestart() {
    WebhookConfig webhook =
        WebhookConfig.of(receiver.url("/good")).withSecret("s").withHeaders(Map.of("X-A", "b"));
    service.addWebhook(webhook);
    send(WebhookEvent.USER_LOGIN);
    List<WebhookDelivery> before = service.getDeliveryHistory();

    service.close();
    service = Services.open(directory);

    assertThat(before).hasSize(1);
    assertThat(service.getDeliveryHistory()).isEqualTo(before);
    assertThat(service.listWebhooks()).containsExactly(webhook);
    send(WebhookEvent.USER_LOGIN);
    assertThat(receiver.requests())
        .hasSize(2)
        .allMatch(request -> "b".equals(request.header("X-A")))
        .allMatch(request -> request.header("X-Cidadao-Signature") != null);
  }

  @Test
  void aRemovedWebhookKeepsItsUrlInTheHistory() {
    service.addWebhook(WebhookConfig.of(receiver.url("/good")));
    service.addWebhook(WebhookConfig.of(receiver.url("/bad")));
    send(WebhookEvent.USER_LOGIN);
    List<WebhookDelivery> before = service.getDeliveryHistory();

    service.removeWebhook(receiver.url("/bad"));
    service.removeWebhook(receiver.url("/good"));
    service.close();
    service = Services.open(directory);

    assertThat(service.getDeliveryHistory()).isEqualTo(before);
    assertThat(before)
        .extracting(WebhookDelivery::webhookUrl)
        .containsExactly(receiver.url("/good"), receiver.url("/bad"));
  }

  @Test
  void whatTheHistoryNoLongerNamesIsForgotten() {
    WebhookConfig named = WebhookConfig.of(receiver.url("/named"));
    service.addWebhook(named);
    send(WebhookEvent.USER_LOGIN);
    service.removeWebhook(named.url());
    for (String path : List.of("/unused", "/last")) {
      service.addWebhook(WebhookConfig.of(receiver.url(path)));
      service.removeWebhook(receiver.url(path));
    }
    service.close();

    try (Store store =
        SqliteStore.open(directory.resolve("webhooks.db"), SqliteOptions.defaults())) {
      assertThat(store.across(store.allPartitions()).applications(ScanKey.START, 10).rows())
          .flatExtracting(application -> application.row().metadata().values())
          .containsExactlyInAnyOrder(named.url(), receiver.url("/last"));
    }
  }

  @Test
  void aHundredAreListedUnlessMoreAreAskedForAndAThousandAreKept() throws Exception {
    service.addWebhook(WebhookConfig.of(receiver.url("/good")));
    send(WebhookEvent.USER_REGISTERED);
    List<CompletableFuture<List<WebhookDelivery>>> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      sent.add(service.sendEventAsync(WebhookEvent.USER_LOGIN, Map.of("i", i), null));
    }
    for (CompletableFuture<List<WebhookDelivery>> one : sent) {
      assertThat(one.get(20, TimeUnit.SECONDS)).allMatch(WebhookDelivery::success);
    }

    assertThat(service.getDeliveryHistory()).hasSize(100);
    HistoryFilter most = HistoryFilter.ALL.withLimit(1_000);
    assertThat(service.getDeliveryHistory(most)).hasSize(1_000);
    assertThat(service.getDeliveryHistory(most.withEvent(WebhookEvent.USER_REGISTERED)))
        .as("the thousand-and-first is no longer kept")
        .isEmpty();
  }

  @Test
  void aLimitOutOfRangeIsRefused() {
    assertThatThrownBy(() -> HistoryFilter.ALL.withLimit(0))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("limit: must be a whole number from 1 to 1000, but is 0");
    assertThatThrownBy(() -> HistoryFilter.ALL.withLimit(1_001))
        .isInstanceOf(PosthornException.class);
  }
}
