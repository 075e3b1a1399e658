package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.portal.PortalLook;
import dev.posthorn.signature.Keys;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The portal in a browser: what a customer does after a failure. */
class PortalPageTest extends ConsoleFixture {
  private static final String HOSTILE = "<img src=x onerror=alert(6)>";

  private static final PortalLook LOOK =
      new PortalLook(
          "Example Pay",
          new PortalLook.Logo(
              "image/svg+xml",
              "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20'/></svg>"
                  .getBytes(StandardCharsets.UTF_8)),
          new PortalLook.Colors("#7a1fa2", "#d7a8ff"),
          null);

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(options -> options.withManner(options.manner().withPortal(LOOK)));

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
  void anEventTypeShowsItsSchemaAndAnExample() {
    api()
        .put(
            "/api/v1/event-type/order.paid",
            "{\"description\":\"An order was paid\",\"schemas\":{\"1\":{\"type\":\"object\","
                + "\"title\":\"Paid "
                + HOSTILE
                + "\",\"properties\":{\"amount\":{\"type\":\"integer\",\"examples\":[4711]}}}}}");
    for (int i = 0; i < 8; i++) {
      api().put("/api/v1/event-type/stock.level" + i, "{\"description\":\"\"}");
    }
    show();
    button("Edit").click();
    page().getByText("Only these:").click();
    page().getByLabel("Find event types").fill("order.p");
    assertThat(page().locator(".choice:visible")).hasCount(1);
    button("Look at order.paid").click();
    assertThat(page().locator("#type-example")).containsText("4711");
    assertThat(page().locator("#type-schema")).containsText("Paid " + HOSTILE);
    assertAccessible();
    screenshot("portal-event-type");
    button("Close").click();
    page().locator("#edit-types input[value='order.paid']").check();
    button("Save").click();
    assertThat(page().locator("#types")).hasText("order.paid");
  }

  @Test
  void theUrlIsCheckedWhileAnEndpointIsAdded() {
    show();
    link("All endpoints").click();
    button("Add endpoint").click();
    Locator url = page().getByLabel("URL");
    Locator said = page().locator("#edit-url-said");
    url.fill(receiver.url("/new"));
    url.press("Tab");
    assertThat(said).hasText("✓ Reached: it answered with status 200.");
    status.set(401);
    url.fill(receiver.url("/newer"));
    url.press("Tab");
    assertThat(said).containsText("refused a request without a signature, with status 401.");
    assertAccessible();
    screenshot("portal-add", page().locator("#editor"));
    url.fill("https://10.1.2.3/hooks");
    url.press("Tab");
    assertThat(said).containsText("✕ Not reached: the host has no address that the server may");
    url.fill("ftp://example.com");
    url.press("Tab");
    assertThat(said).containsText("the scheme must be http or https");
    url.fill(receiver.url("/newer"));
    button("Save").click();
    assertThat(heading(receiver.url("/newer"))).isVisible();
  }

  @Test
  void codeInSixLanguagesVerifiesSignatures() {
    show();
    text("Code that verifies the signature").click();
    Locator code = page().locator("#code-text");
    assertThat(code).containsText("class Webhooks");
    for (String[] one :
        new String[][] {
          {"JavaScript", "timingSafeEqual"},
          {"Python", "compare_digest"},
          {"Go", "hmac.Equal"},
          {"Ruby", "secure_compare"},
          {"PHP", "hash_equals"}
        }) {
      page().getByLabel("Language").selectOption(one[0]);
      assertThat(code).containsText(one[1]);
    }
    assertAccessible();
    screenshot("portal-code");
  }

  @Test
  void anEndpointThatSignsWithAKeyPairShowsNoCodeForSharedSecrets() {
    String secret = Keys.generateSigningKey();
    api()
        .post(
            "/api/v1/app/" + app + "/endpoint/hooks/secret/rotate", "{\"key\":\"" + secret + "\"}")
        .expect(204);
    show();
    text("Code that verifies the signature").click();
    assertThat(text("This endpoint signs with a key pair")).isVisible();
    assertThat(page().locator("#code-text")).isHidden();
    assertAccessible();
  }

  @Test
  void thePageHasTheNameTheLogoAndTheColorsOfTheServersOwner() {
    show();
    assertThat(page().locator("#brand")).containsText("Example Pay");
    assertThat(page().locator("#logo")).isVisible();
    Locator link = link("All endpoints");
    assertThat(link).hasCSS("color", "rgb(122, 31, 162)");
    assertAccessible();
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertThat(link).hasCSS("color", "rgb(215, 168, 255)");
    assertAccessible();
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
    assertThat(page().locator("#details-phases")).containsText("first byte");
    assertThat(page().locator("#details-phases rect").first()).isVisible();
    screenshot("portal-attempt");
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
