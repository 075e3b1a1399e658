package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An endpoint in a browser: what holds it back, and everything that can be done about it. */
class ConsoleEndpointTest extends ConsoleFixture {
  private static final String HOSTILE = "<img src=x onerror=alert(3)>";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final AtomicInteger status = new AtomicInteger(500);

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(request -> Answer.status(status.get()).body(HOSTILE));

  private String app = "";
  private String endpoint = "";

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @BeforeEach
  void createAnEndpoint() {
    app = api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    endpoint = create("\"metadata\":{\"team\":\"" + HOSTILE + "\"}");
  }

  private String create(String more) {
    String url = receiver.url("/hooks?x=%3Cb%3E'");
    return api()
        .post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"" + url + "\"," + more + "}")
        .expect(201)
        .id();
  }

  private void send(int attempts) {
    String of = "/api/v1/app/" + app;
    String message =
        api().post(of + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202).id();
    Await.until(
        attempts + " attempts",
        () -> api().get(of + "/attempt/msg/" + message).expect(200).at("/data").size() >= attempts);
  }

  private void show() {
    signIn();
    open("#/endpoint/" + app + "/" + endpoint);
    assertThat(page().locator("h1")).containsText("/hooks?x=%3Cb%3E'");
  }

  private Locator region(String name) {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator card(String heading) {
    return page()
        .locator("section.card")
        .filter(new Locator.FilterOptions().setHas(heading(heading)));
  }

  @Test
  void itSaysThatNothingIsWrong() {
    status.set(200);
    send(1);
    show();
    assertThat(region("State")).containsText("Nothing waits, and nothing holds deliveries back.");
    assertThat(card("Last 48 hours")).containsText("1 attempt succeeded, 0 failed.");
    assertThat(card("Retries")).containsText("3 attempts within");
    assertThat(card("Signing secrets")).containsText("One secret signs.");
    assertThat(card("TLS")).containsText("HTTP: payloads travel unencrypted");
    assertThat(card("Settings")).containsText("team: " + HOSTILE);
    assertThat(region("Attempts")).containsText("✓ Succeeded");
    assertThat(page().locator("main script, main img")).hasCount(0);
    assertAccessible();
    screenshot("endpoint");
  }

  @Test
  void itSaysWhatHoldsDeliveriesBackAndUntilWhen() {
    endpoint = create("\"retrySchedule\":[" + "0,".repeat(20) + "3600]");
    send(10);
    show();
    assertThat(region("State")).containsText("circuit breaker");
    assertThat(page().getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Conditions")))
        .containsText("No attempt has succeeded since");
    assertThat(card("Retries")).containsText("22 attempts within 60 min");
    screenshot("endpoint-failing");
    page().setViewportSize(360, 740);
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertFits();
    assertAccessible();
    screenshot("endpoint-360-dark");
  }

  @Test
  void anOperatorPausesAndResumesIt() {
    show();
    button("Pause").click();
    assertThat(region("State")).containsText("Paused: deliveries wait until someone resumes it.");
    api().post("/api/v1/app/" + app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202);
    assertThat(region("State")).containsText("Paused: 1 delivery waits");
    status.set(200);
    button("Resume").click();
    assertThat(region("State")).containsText("Nothing waits");
    api().patch("/api/v1/app/" + app + "/endpoint/" + endpoint, "{\"disabled\":true}").expect(200);
    assertThat(region("State")).containsText("Disabled by an operator");
    button("Enable").click();
    assertThat(region("State")).containsText("Nothing waits");
  }

  @Test
  void whatWouldBeDeliveredAgainIsCountedFirst() {
    send(3);
    send(3);
    show();
    Locator again = card("Deliver again");
    button("Count").click();
    assertThat(again).containsText("2 deliveries would start.");
    status.set(200);
    button("Start 2 deliveries").click();
    assertThat(again).containsText("✓ Finished: 2 deliveries started.");
    assertThat(region("Attempts")).containsText("✓ Succeeded");
    button("Count").click();
    assertThat(again).containsText("There is nothing to deliver again in this time.");
    page().getByLabel("What").selectOption("bulk-replay");
    button("Count").click();
    assertThat(button("Start 2 deliveries")).isVisible();
    assertAccessible();
    screenshot("endpoint-replay");
  }

  @Test
  void manyEndpointsAreRecoveredAfterACountAndAConfirmation() {
    create("\"description\":\"" + HOSTILE + "\"");
    send(6);
    signIn();
    open("#/endpoints?app_id=" + app);
    assertThat(region("Endpoints").locator("tbody tr")).hasCount(2);
    assertThat(page().locator("main script, main img")).hasCount(0);
    Locator many =
        page().getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("For many endpoints"));
    button("Count").click();
    assertThat(many).containsText("Select at least one endpoint.");
    page().getByLabel("Select all on this page").check();
    button("Count").click();
    assertThat(many).containsText("2 deliveries to 2 endpoints would be made again");
    assertAccessible();
    screenshot("endpoints");
    button("Do nothing").click();
    page().getByLabel("For which endpoints").selectOption("all");
    button("Count").click();
    status.set(200);
    button("Start 2 deliveries").click();
    assertThat(many).containsText("2 recoveries started.");
    page().getByLabel("Action").selectOption("cancel");
    button("Count").click();
    assertThat(many).containsText("Nothing to do for 2 endpoints.");
    page().setViewportSize(360, 740);
    assertFits();
    page().getByLabel("State", new Page.GetByLabelOptions().setExact(true)).selectOption("paused");
    assertThat(text("No endpoint matches.")).isVisible();
  }

  @Test
  void aTestTellsItsResult() {
    show();
    button("Send").click();
    assertThat(card("Send a test")).containsText("✕ Failed: it answered 500");
    status.set(200);
    button("Send").click();
    assertThat(card("Send a test")).containsText("✓ Succeeded: it answered 200");
    page().getByLabel("Event type").fill("no.such.type");
    button("Send").click();
    assertThat(card("Send a test")).containsText("unknown name");
  }

  @Test
  void aSecretIsShownAndReplacedOnlyOnRequest() {
    show();
    Locator secrets = card("Signing secrets");
    button("Show key").click();
    assertThat(secrets).containsText("Receivers verify with whsec_");
    button("Rotate…").click();
    button("Keep it").click();
    assertThat(secrets).containsText("One secret signs.");
    button("Rotate…").click();
    button("Rotate now").click();
    assertThat(secrets).containsText("2 secrets sign: a rotation is under way.");
    assertThat(secrets).containsText(Pattern.compile("until .+ \\(in 24 h\\)"));
  }

  @Test
  void aReaderSeesNoButtons() {
    signIn(key("ViewBase"));
    open("#/endpoint/" + app + "/" + endpoint);
    assertThat(region("State")).containsText("Nothing waits");
    for (String name : new String[] {"Pause", "Send", "Count", "Show key", "Rotate…"}) {
      assertThat(button(name)).hasCount(0);
    }
    open("#/endpoints?app_id=" + app);
    assertThat(region("Endpoints").locator("tbody tr")).hasCount(1);
    assertThat(button("Count")).hasCount(0);
  }

  @Test
  void aRefusedChangeAndAnUnknownIdAreTold() {
    show();
    page()
        .route(
            "**/pause",
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setStatus(507)
                        .setContentType("application/json")
                        .setBody("{\"code\":\"store_full\",\"detail\":\"the disk is full\"}")));
    button("Pause").click();
    assertThat(text("The disk is full.")).isVisible();
    open("#/endpoint/" + app + "/ep_nothing");
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("unknown id");
  }
}
