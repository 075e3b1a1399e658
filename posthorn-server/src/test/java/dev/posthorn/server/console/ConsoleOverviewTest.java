package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The overview in a browser: a server that is well, failing receivers, and a failing server. */
class ConsoleOverviewTest extends ConsoleFixture {
  private static final String OVERVIEW = "**/api/v1/console/overview";
  private static final String HOSTILE = "<img src=x onerror=alert(1)>";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose
  private static final Receiver FAILING =
      Receiver.answering(request -> Answer.status(500).body("<script>alert(2)</script>"));

  @Override
  ServerFixture server() {
    return SERVER;
  }

  private String application(String name, String url) {
    String app =
        "/api/v1/app/" + api().post("/api/v1/app", "{\"name\":\"" + name + "\"}").expect(201).id();
    api().post(app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201);
    return app;
  }

  private void send(String app) {
    api().post(app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202);
  }

  private Locator region(String name) {
    return page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name));
  }

  private static LocatorAssertions.ContainsTextOptions patiently() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
  }

  @Test
  void oneLineSaysThatAllIsWellAndFiguresFollow() {
    String good = application("Acme", SERVER.receiver().url("/good"));
    signIn();
    assertThat(region("State")).containsText("All is well.");
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    send(good);
    assertThat(region("Busiest applications")).containsText("Acme", patiently());
    assertAccessible();
    screenshot("overview");
  }

  @Test
  void failuresAppearByThemselvesAndTextIsNeverMarkup() {
    String app = application(HOSTILE, FAILING.url("/hooks?" + "x=%3Cb%3E'"));
    signIn();
    send(app);
    assertThat(region("Failing endpoints")).containsText("/hooks", patiently());
    assertThat(region("Busiest applications")).containsText(HOSTILE, patiently());
    assertThat(page().locator("main img, main script")).hasCount(0);
    screenshot("overview-failures");
  }

  @Test
  void figuresOfAnotherSpanHaveALinkOfTheirOwn() {
    signIn();
    button("Day").click();
    assertThat(button("Day")).hasAttribute("aria-pressed", "true");
    page().goBack();
    assertThat(button("Hour")).hasAttribute("aria-pressed", "true");
  }

  @Test
  void chartsSayInWordsWhatTheyShow() {
    page()
        .route(
            OVERVIEW + "/history*",
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(history())));
    signIn();
    assertThat(page().getByRole(AriaRole.IMG)).hasCount(4);
    assertThat(page().getByRole(AriaRole.IMG).nth(2))
        .hasAttribute(
            "aria-label",
            Pattern.compile(
                "Delay before the first attempt\\. Median: 12 ms, p99: 14 ms\\. At most 38 ms since"
                    + " .+\\."));
    assertThat(text("Accepted: 67/s")).isVisible();
    assertAccessible();
    screenshot("overview-charts");
  }

  /** Returns points, one of them without deliveries. */
  private static String history() {
    StringBuilder points = new StringBuilder("{\"stepSeconds\":20,\"points\":[");
    for (int i = 0; i < 40; i++) {
      int wave = 1_000 + (i * 37 % 11) * 170;
      String median = i == 20 ? "null" : "" + (5 + i % 8);
      points
          .append(i == 0 ? "" : ",")
          .append("{\"at\":\"2026-11-27T10:%02d:00Z\",\"accepted\":%d".formatted(i, wave))
          .append(",\"succeeded\":%d,\"failedAttempts\":%d".formatted(wave - i, 50 + i * 3))
          .append(",\"delayMedianMs\":%s".formatted(median))
          .append(",\"delayP99Ms\":%d,\"waiting\":%d}".formatted(14 + (39 - i) * 24 / 39, i * i));
    }
    return points.append("]}").toString();
  }

  @Test
  void problemsAreToldInWordsWithTheirRemedy() {
    page()
        .route(
            OVERVIEW,
            route -> {
              if ("text/event-stream".equals(route.request().headerValue("accept"))) {
                route.abort();
                return;
              }
              String body = route.fetch().text();
              route.fulfill(
                  new Route.FulfillOptions()
                      .setContentType("application/json")
                      .setBody(
                          body.replaceFirst("\"well\":true", "\"well\":false")
                              .replaceFirst("All is well.", "A delivery is late.")
                              .replaceFirst(
                                  "\"problems\":\\[\\]",
                                  "\"problems\":[{\"alert\":\"overdue\",\"level\":\"warning\","
                                      + "\"finding\":\"A delivery is late.\",\"meaning\":\"m\","
                                      + "\"remedy\":\"ask "
                                      + HOSTILE
                                      + "\",\"since\":\"2026-01-01T00:00:00Z\"}]")));
            });
    signIn();
    assertThat(region("State")).containsText("A delivery is late.");
    assertThat(page()).hasTitle("! Posthorn console");
    assertThat(page().getByRole(AriaRole.LIST)).containsText("Warning · A delivery is late.");
    assertThat(page().getByRole(AriaRole.LIST)).containsText("To do: ask " + HOSTILE);
    assertAccessible();
    screenshot("overview-warning");
  }

  @Test
  void aServerThatFailsIsToldAndAskedAgain() {
    signIn();
    page().route(OVERVIEW, route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
    page().reload();
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("answered with status 503");
    page().unroute(OVERVIEW);
    button("Try again").click();
    assertThat(region("State")).isVisible();
  }

  @Test
  void aLostConnectionIsSaidAndComesBack() {
    signIn();
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    page().route(OVERVIEW, Route::abort); // the next stream, which begins after a pause
    hide(true);
    hide(false);
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Not connected; trying again");
    assertThat(region("State")).containsText("All is well.");
    page().unroute(OVERVIEW);
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
  }

  @Test
  void nothingIsAskedWhileNobodyLooks() {
    signIn();
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    hide(true);
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Paused");
    hide(false);
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
  }

  private void hide(boolean hidden) {
    var unused =
        page()
            .evaluate(
                "hidden => { Object.defineProperty(document, 'hidden', {value: hidden,"
                    + " configurable: true}); document.dispatchEvent(new"
                    + " Event('visibilitychange')); }",
                hidden);
  }

  @Test
  void whoLeavesItBeforeItsChartsAreThereStaysWhereTheyWent() {
    page().route("**/console/overview/history*", route -> {}); // no answer, until somebody leaves
    var unused =
        page()
            .waitForResponse(
                response -> response.url().endsWith("/api/v1/console/overview"), this::signIn);
    open("#/tail");
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    assertThat(heading("Live tail")).isVisible();
  }
}
