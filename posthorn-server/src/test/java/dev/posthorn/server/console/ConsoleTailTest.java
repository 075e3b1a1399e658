package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live tail in a browser: events as they happen, filters in the URL, and a pause. */
class ConsoleTailTest extends ConsoleFixture {
  private static final String HOSTILE = "<img src=x onerror=alert(4)>";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose
  private static final Receiver RECEIVER =
      Receiver.answering(request -> Answer.status(request.path().equals("/fail") ? 503 : 200));

  private String app = "";

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @BeforeEach
  void createEndpoints() {
    app = api().post("/api/v1/app", "{\"name\":\"" + HOSTILE + "\"}").expect(201).id();
    for (String path : new String[] {"/ok", "/fail"}) {
      api()
          .post(
              "/api/v1/app/" + app + "/endpoint",
              "{\"retrySchedule\":[],\"url\":\"" + RECEIVER.url(path) + "\"}")
          .expect(201);
    }
  }

  private void send(String type) {
    api()
        .post("/api/v1/app/" + app + "/msg", "{\"eventType\":\"" + type + "\",\"payload\":{}}")
        .expect(202);
  }

  private void watch(String query) {
    signIn();
    open("#/tail" + query);
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
  }

  private Locator rows() {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Events"))
        .locator("tbody tr");
  }

  @Test
  void eventsAppearAsTheyHappenAndLeadToTheirScreens() {
    watch("");
    assertThat(text("Nothing has happened since you opened this page.")).isVisible();
    send("a.b");
    assertThat(rows()).hasCount(3);
    assertThat(rows().last()).containsText("Message for 2 endpoints");
    assertThat(rows().last()).containsText(HOSTILE);
    assertThat(page().locator("main img, main script")).hasCount(0);
    assertAccessible();
    screenshot("tail");
    rows().filter(new Locator.FilterOptions().setHasText("503")).getByText("/fail").click();
    assertThat(page().locator("h1")).containsText("Endpoint");
  }

  @Test
  void filtersAreInTheUrl() {
    watch("");
    page().getByLabel("Any outcome").selectOption("fail");
    assertThat(page()).hasURL(Pattern.compile("#/tail\\?outcome=fail$"));
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    send("a.b");
    assertThat(rows()).hasCount(1);
    assertThat(rows().first()).containsText("✕ 503");
    page().getByLabel("Event type").fill("no.such");
    button("Filter").click();
    assertThat(page()).hasURL(Pattern.compile("outcome=fail&event_types=no.such$"));
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("Live");
    button("Clear").click();
    assertThat(page()).hasURL(Pattern.compile("#/tail$"));
  }

  @Test
  void aPauseHoldsEventsBack() {
    watch("?kind=message");
    button("Pause").click();
    send("a.b");
    send("a.b");
    assertThat(text("2 wait")).isVisible();
    assertThat(rows()).hasCount(0);
    button("Go on").click();
    assertThat(rows()).hasCount(2);
  }

  @Test
  void aFilterThatNamesNothingIsTold() {
    signIn();
    open("#/tail?app_id=nobody");
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("unknown id or uid");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void itFitsANarrowDarkWindow() {
    watch("");
    send("a.b");
    assertThat(rows()).hasCount(3);
    page().setViewportSize(360, 740);
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertFits();
    assertAccessible();
    screenshot("tail-360-dark");
  }
}
