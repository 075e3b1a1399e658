package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The portal in a browser: what a customer does after a failure. */
class PortalPageTest extends ConsoleFixture {
  private static final String HOSTILE = "<img src=x onerror=alert(6)>";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final AtomicInteger status = new AtomicInteger(200);

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(request -> Answer.status(status.get()).body(HOSTILE));

  private String app = "";

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @BeforeEach
  void createAnEndpoint() {
    app = api().post("/api/v1/app", "{\"name\":\"Acme " + HOSTILE + "\"}").expect(201).id();
    String url = receiver.url("/hooks");
    api()
        .post("/api/v1/app/" + app + "/endpoint", "{\"uid\":\"hooks\",\"url\":\"" + url + "\"}")
        .expect(201);
  }

  private void send(int attempts) {
    String of = "/api/v1/app/" + app;
    String message =
        api()
            .post(of + "/msg", "{\"eventType\":\"a.b\",\"payload\":{\"n\":  1.0}}")
            .expect(202)
            .id();
    Await.until(
        attempts + " attempts",
        () -> api().get(of + "/attempt/msg/" + message).expect(200).at("/data").size() >= attempts);
  }

  private void show() {
    String link =
        api().post("/api/v1/auth/app-portal-access/" + app, "{}").expect(200).at("/url").asString();
    var unused = page().navigate(link);
    link(receiver.url("/hooks")).click();
    assertThat(heading(receiver.url("/hooks"))).isVisible();
  }

  private Locator result() {
    return page().locator("#verify-result");
  }

  private void check(String headers, String body) {
    page().getByLabel("Headers").fill(headers);
    page().getByLabel("Body").fill(body);
    button("Check").click();
  }

  private static String headers(ReceivedRequest request, String id) {
    return "webhook-id: %s\nWebhook-Timestamp: %s\nwebhook-signature: %s\n"
        .formatted(id, request.header("webhook-timestamp"), request.header("webhook-signature"));
  }

  @Test
  void aCustomerSeesWhichPartOfARequestDiffers() {
    send(1);
    ReceivedRequest request = receiver.requests().get(0);
    String id = String.valueOf(request.header("webhook-id"));
    String right = headers(request, id);
    show();
    text("Paste a request").click();
    check(right, request.text());
    assertThat(result()).hasText("✓ The signature is right.");
    assertAccessible();
    screenshot("portal-verify");
    check(right, "{\"n\":1}");
    assertThat(result()).containsText("The body differs from what was sent, at character 6.");
    assertThat(result()).containsText("The headers and the secret are right.");
    check(right.replace("v1,", "v1,AAAA"), request.text());
    assertThat(result()).containsText("The id and the body are right");
    check(headers(request, "msg_other"), request.text());
    assertThat(result()).containsText("No message has this webhook-id.");
    check("webhook-id: " + id, request.text());
    assertThat(result()).hasText("Missing: webhook-timestamp, webhook-signature.");
  }

  @Test
  void eventTypesAreChosenByTheirDescriptions() {
    api()
        .put(
            "/api/v1/event-type/order.made",
            "{\"description\":\"An order was made " + HOSTILE + "\"}");
    show();
    button("Edit").click();
    page().getByText("Only these:").click();
    page().getByText("An order was made " + HOSTILE).click();
    assertAccessible();
    button("Save").click();
    assertThat(page().locator("#types")).hasText("order.made");
  }

  @Test
  void afterAnOutageEverythingIsDeliveredAgainAfterACount() {
    status.set(503);
    send(3);
    send(3);
    show();
    button("Count").click();
    assertThat(text("Deliver 2 messages again?")).isVisible();
    status.set(200);
    button("Deliver").click();
    assertThat(text("The messages are being delivered again.")).isVisible();
    Await.until(
        "two successes",
        () ->
            api()
                    .get("/api/v1/app/" + app + "/attempt/endpoint/hooks?status=0")
                    .expect(200)
                    .at("/data")
                    .size()
                == 2);
    button("Refresh").click();
    Locator rows = page().locator("#attempts tbody tr");
    assertThat(rows).hasCount(8);
    rows.first().getByText("Details").click();
    assertThat(page().locator("#details-list")).containsText("first byte");
    assertThat(page().locator("#details-phases rect").first()).isAttached();
    assertThat(page().locator("#details-response")).hasText(HOSTILE);
    assertAccessible();
    button("Close").click();
    button("Count").click();
    assertThat(text("No message has failed since then.")).isVisible();
    page().setViewportSize(360, 740);
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertFits();
    assertAccessible();
    screenshot("portal-360-dark");
  }
}
