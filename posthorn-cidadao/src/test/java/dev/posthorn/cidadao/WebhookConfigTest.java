package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WebhookConfigTest {
  private static final WebhookConfig CONFIG = WebhookConfig.of("https://example.com/hook");

  @Test
  void theDefaultsAreTheOriginals() {
    assertThat(CONFIG.timeout()).isEqualTo(30);
    assertThat(CONFIG.maxRetries()).isEqualTo(3);
    assertThat(CONFIG.active()).isTrue();
    assertThat(CONFIG.events()).isNull();
    assertThat(CONFIG.secret()).isNull();
    assertThat(CONFIG.headers()).isEmpty();
  }

  @Test
  void theLimitsThemselvesAreAllowed() {
    assertThat(CONFIG.withTimeout(1).withMaxRetries(0).timeout()).isEqualTo(1);
    assertThat(CONFIG.withTimeout(300).withMaxRetries(10).maxRetries()).isEqualTo(10);
  }

  @Test
  void whatIsBeyondALimitIsRefused() {
    refused(() -> CONFIG.withTimeout(0), "timeout: must be a whole number from 1 to 300, but is 0");
    refused(() -> CONFIG.withTimeout(301), "but is 301");
    refused(
        () -> CONFIG.withMaxRetries(-1),
        "maxRetries: must be a whole number from 0 to 10, but is -1");
    refused(() -> CONFIG.withMaxRetries(11), "but is 11");
  }

  @Test
  void aUrlThatCannotBePostedToIsRefused() {
    refused(() -> WebhookConfig.of("ftp://example.com"), "url: the scheme must be http or https");
    refused(() -> WebhookConfig.of("hook"), "url: ");
  }

  @Test
  void headersThatCarryTheSignatureOrFrameTheMessageAreRefused() {
    for (String name : List.of("X-Cidadao-Signature", "x-cidadao-event", "X-CIDADAO-Other")) {
      refused(
          () -> CONFIG.withHeaders(Map.of(name, "x")), "'" + name + "' belongs to the signature");
    }
    refused(() -> CONFIG.withHeaders(Map.of("Content-Length", "1")), "set by the HTTP client");
    refused(() -> CONFIG.withHeaders(Map.of("X-A", "b\r\nc: d")), "U+000D");
  }

  @Test
  void eventsFilter() {
    assertThat(CONFIG.shouldSendEvent(WebhookEvent.USER_LOGIN)).isTrue();
    WebhookConfig alerts = CONFIG.withEvents(WebhookEvent.SYSTEM_ALERT);
    assertThat(alerts.shouldSendEvent(WebhookEvent.SYSTEM_ALERT)).isTrue();
    assertThat(alerts.shouldSendEvent(WebhookEvent.USER_LOGIN)).isFalse();
    assertThat(CONFIG.withActive(false).shouldSendEvent(WebhookEvent.USER_LOGIN)).isFalse();
    assertThat(CONFIG.withEvents().shouldSendEvent(WebhookEvent.USER_LOGIN)).isFalse();
  }

  @Test
  void itsTextHidesSecretAndHeaderValues() {
    String text = CONFIG.withSecret("s3cr3t").withHeaders(Map.of("X-Key", "hidden")).toString();
    assertThat(text).contains("X-Key", "signed=true").doesNotContain("s3cr3t", "hidden");
  }

  @Test
  void thereAreFourteenEventsAndEachIsFoundByItsName() {
    assertThat(WebhookEvent.values()).hasSize(14);
    for (WebhookEvent event : WebhookEvent.values()) {
      assertThat(WebhookEvent.of(event.value())).isSameAs(event);
    }
    refused(() -> WebhookEvent.of("user.logout"), "event: unknown event \"user.logout\"");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContaining(message);
  }
}
