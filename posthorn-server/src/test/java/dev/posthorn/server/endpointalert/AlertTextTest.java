package dev.posthorn.server.endpointalert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.endpointalert.EndpointAlert.Kind;
import org.junit.jupiter.api.Test;

class AlertTextTest {
  private static final long HOUR = 3_600_000;

  private static EndpointAlert alert(Kind kind, long at, long disabledFrom) {
    return new EndpointAlert(
        kind,
        "ep_1",
        "https://acme.example/in",
        "Acme (app_1)",
        at,
        HOUR,
        disabledFrom,
        () -> "LINK");
  }

  @Test
  void aWarningSaysSinceWhenAndUntilWhen() {
    EndpointAlert half = alert(Kind.HALF, 61 * HOUR, 121 * HOUR);
    assertThat(AlertText.subject(half)).isEqualTo("Webhook endpoint at acme.example is failing");
    assertThat(AlertText.body(half))
        .isEqualTo(
            "No delivery to this endpoint has succeeded since 1 January 1970 01:00 UTC, for 2 days"
                + " 12 hours. If that continues, it will be disabled on 6 January 1970 01:00 UTC,"
                + " in 2 days 12 hours.\n\n"
                + "URL: https://acme.example/in\n"
                + "Endpoint: ep_1\n"
                + "Application: Acme (app_1)\n\n"
                + "LINK");
  }

  @Test
  void aLateWarningNamesNoTimeInThePast() {
    assertThat(AlertText.body(alert(Kind.NEARLY, 50 * HOUR, 49 * HOUR)))
        .contains("If that continues, it will be disabled soon.");
  }

  @Test
  void anEndIsToldWithItsReason() {
    assertThat(AlertText.body(alert(Kind.DISABLED, 121 * HOUR, 0)))
        .startsWith(
            "This endpoint was disabled: no delivery to this endpoint has succeeded since 1 January"
                + " 1970 01:00 UTC, for 5 days. It gets no new messages.");
    assertThat(AlertText.subject(alert(Kind.GONE, 0, 0)))
        .isEqualTo("Webhook endpoint at acme.example was disabled");
    assertThat(AlertText.body(alert(Kind.GONE, 0, 0))).contains("answered 410 Gone");
  }

  @Test
  void aUrlKeepsItsHostAndLosesWhatMayBeACredential() {
    assertThat(AlertText.shortened("https://hooks.slack.com/services/T0/B0/secret?a=b"))
        .isEqualTo("https://hooks.slack.com/service…");
    assertThat(AlertText.shortened("http://my_host:8080/hooks?token=hidden"))
        .isEqualTo("http://my_host:8080/hooks");
    EndpointAlert alert =
        new EndpointAlert(
            Kind.HALF,
            "ep_1",
            AlertText.shortened("http://my_host:8080/hooks/catch/1"),
            "Acme (app_1)",
            2 * HOUR,
            HOUR,
            3 * HOUR,
            () -> "LINK");
    assertThat(AlertText.subject(alert)).isEqualTo("Webhook endpoint at my_host is failing");
  }

  @Test
  void spansHaveTheirTwoLargestUnits() {
    assertThat(AlertText.span(25 * HOUR)).isEqualTo("1 day 1 hour");
    assertThat(AlertText.span(HOUR + 59_000)).isEqualTo("1 hour");
    assertThat(AlertText.span(61_000)).isEqualTo("1 minute 1 second");
    assertThat(AlertText.span(59_999)).isEqualTo("59 seconds");
    assertThat(AlertText.span(-5)).isEqualTo("0 seconds");
  }

  @Test
  void theWarningThatIsDueDependsOnTheTime() {
    assertThat(Kind.due(49, 100)).isNull();
    assertThat(Kind.due(50, 100)).isEqualTo(Kind.HALF);
    assertThat(Kind.due(89, 100)).isEqualTo(Kind.HALF);
    assertThat(Kind.due(90, 100)).isEqualTo(Kind.NEARLY);
    assertThat(Kind.NEARLY.of(Long.MAX_VALUE)).isPositive();
  }
}
