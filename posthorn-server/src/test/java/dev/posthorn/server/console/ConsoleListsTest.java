package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.ShownSetting;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The search and the lists in a browser: from any id to its screen, and from there on. */
class ConsoleListsTest extends ConsoleFixture {
  private static final String HOSTILE = "<img src=x onerror=alert(5)>";

  private static final String SECRET = "a key that nobody must see";
  private static final List<ShownSetting> SETTINGS =
      ShownSetting.of(
          Configuration.of(
              setting -> setting == Setting.SECRET_KEY ? SECRET : null,
              Map.of("POSTHORN_CONCURRENCY", "9"),
              null));

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(options -> options.withManner(options.manner().withSettings(SETTINGS)));

  private static String app = "";
  private static String endpoint = "";
  private static String message = "";
  private static String task = "";

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @BeforeAll
  static void fill() {
    var api = SERVER.environment(ENVIRONMENT);
    app =
        api.post("/api/v1/app", "{\"uid\":\"acme\",\"name\":\"Acme " + HOSTILE + "\"}")
            .expect(201)
            .id();
    api.post(
            "/api/v1/event-type",
            "{\"name\":\"invoice.paid\",\"description\":\""
                + HOSTILE
                + "\",\"schemas\":{\"1\":{\"type\":\"object\"}}}")
        .expect(201);
    endpoint =
        api.post(
                "/api/v1/app/acme/endpoint",
                "{\"url\":\"" + SERVER.receiver().url("/hooks/%3Cb%3E") + "\"}")
            .expect(201)
            .id();
    message =
        api.post(
                "/api/v1/app/acme/msg",
                "{\"eventType\":\"invoice.paid\",\"payload\":{},\"eventId\":\"event-7\"}")
            .expect(202)
            .id();
    SERVER.receiver().awaitRequests(1);
    task =
        api.post(
                "/api/v1/app/acme/endpoint/" + endpoint + "/bulk-replay",
                "{\"since\":\"2026-01-01T00:00:00Z\"}")
            .expect(202)
            .id();
    for (int i = 0; i < 60; i++) {
      api.post("/api/v1/app", "{\"name\":\"Customer " + i + "\"}").expect(201);
    }
  }

  private void find(String text) {
    page().getByLabel("Find by id").fill(text);
    page().keyboard().press("Enter");
  }

  private void assertHeading(String text) {
    assertThat(page().locator("h1")).containsText(text);
  }

  private Locator region(String name) {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  @Test
  void anIdLeadsToItsScreen() {
    signIn();
    for (String id : new String[] {message, "event-7"}) {
      find(id);
      assertHeading(message);
    }
    find(endpoint);
    assertHeading("/hooks/%3Cb%3E");
    find("hooks/%3cb");
    assertHeading("/hooks/%3Cb%3E");
    find("acme");
    assertHeading("Acme " + HOSTILE);
    find(task);
    assertHeading("Replay messages");
    assertThat(text("✓ Finished")).isVisible();
    page().goBack();
    assertHeading("Acme");
  }

  @Test
  void manyFindingsAreListedAndNoneIsTold() {
    signIn();
    find("Customer");
    assertThat(region("Findings").locator("tbody tr")).hasCount(20);
    assertThat(text("There may be more")).isVisible();
    assertAccessible();
    screenshot("search");
    find("nothing at all");
    assertThat(text("Nothing was found.")).isVisible();
  }

  @Test
  void listsLeadFromPageToPageAndToWhatTheyList() {
    signIn();
    link("Applications").click();
    assertThat(region("Applications").locator("tbody tr")).hasCount(50);
    assertAccessible();
    screenshot("applications");
    button("Next page").click();
    assertThat(page()).hasURL(Pattern.compile("#/applications\\?from="));
    region("Applications").getByText("Acme <").click();
    assertHeading("Acme " + HOSTILE);
    assertThat(region("Endpoints")).containsText("✓ Enabled");
    assertThat(page().locator("main img, main script")).hasCount(0);
    assertAccessible();
    screenshot("application");
    region("Messages").getByText("invoice.paid").click();
    assertHeading("Event type invoice.paid");
    assertThat(region("Subscribers")).containsText("/hooks/");
    assertThat(text(HOSTILE).first()).isVisible();
    assertAccessible();
    screenshot("event-type");
  }

  @Test
  void tasksKeysAndEventTypesAreListed() {
    signIn();
    more("Tasks");
    assertThat(region("Tasks")).containsText("Replay messages");
    more("API keys");
    assertThat(region("API keys")).containsText("console");
    assertAccessible();
    link("Event types").click();
    assertThat(region("Event types")).containsText("invoice.paid");
    assertAccessible();
  }

  @Test
  void eachSettingHasItsValueAndItsSource() {
    signIn();
    assertThat(page().locator("header").evaluate("it => it.offsetHeight < 60")).isEqualTo(true);
    more("Settings");
    assertThat(region("Rarely used settings")).containsText("POSTHORN_CONCURRENCY");
    assertThat(region("Essential settings")).containsText("(not shown)");
    assertThat(page().locator("main")).not().containsText("log-level");
    assertAccessible();
    screenshot("settings");
    button("All").click();
    assertThat(page().locator("main")).containsText("log-level");
    assertThat(page().locator("main")).not().containsText(SECRET);
  }

  @Test
  void settingsAreOnlyForThoseWhoAdminister() {
    signIn(key("ViewBase"));
    page().locator(".menu summary").click();
    assertThat(link("Audit log")).isVisible();
    assertThat(link("Settings")).hasCount(0);
    page().keyboard().press("Escape");
    assertThat(link("Audit log")).isHidden();
    open("#/settings");
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("do not allow");
    open("#/environment");
    assertThat(page().getByLabel("Keep messages and attempts for")).isDisabled();
  }

  @Test
  void aFileHasOneNode() {
    signIn();
    more("Nodes");
    assertThat(region("Nodes").locator("tbody tr")).hasCount(1);
    assertThat(text("There is one node: the store is a file")).isVisible();
    assertThat(button("Drain")).hasCount(0);
    assertAccessible();
    String drain = "/api/v1/console/nodes/1/drain";
    api().put(drain, "{\"draining\":true}").expect(409);
    api().put("/api/v1/console/nodes/2/drain", "{\"draining\":false}").expect(404);
  }

  @Test
  void theRetentionOfTheEnvironmentCanBeChanged() {
    signIn();
    more("Environment");
    assertThat(page().locator("main")).containsText("1 active, 0 disabled");
    assertThat(page().locator("main")).containsText("POST /api/v1/operational-webhook/endpoint");
    page().getByLabel("Keep messages and attempts for").fill("48");
    button("Save").click();
    assertThat(text("Saved: 48 hours.")).isVisible();
    assertAccessible();
    screenshot("environment");
    page().reload();
    assertThat(page().getByLabel("Keep messages and attempts for")).hasValue("48");
  }

  @Test
  void anErrorIsToldAndTriedAgain() {
    signIn();
    page()
        .route(
            "**/api/v1/app?*", route -> route.fulfill(new Route.FulfillOptions().setStatus(500)));
    link("Applications").click();
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("answered with status 500");
    page().unroute("**/api/v1/app?*");
    button("Try again").click();
    assertThat(region("Applications")).isVisible();
  }

  @Test
  void theyFitANarrowDarkWindow() {
    page().setViewportSize(360, 740);
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    signIn();
    for (String screen :
        new String[] {
          "applications", "application/" + app, "event-types", "tasks", "keys", "nodes", "settings"
        }) {
      open("#/" + screen);
      assertThat(page().locator("h1")).isVisible();
      assertThat(page().locator("main table").first()).isVisible();
      assertFits();
    }
    assertAccessible();
    open("#/application/" + app);
    assertThat(region("Messages")).isVisible();
    screenshot("application-360-dark");
  }
}
