package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The console on a telephone, in the dark, and on a wide screen. */
class ConsoleNarrowTest extends ConsoleFixture {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose
  private static final Receiver FAILING = Receiver.answering(request -> Answer.status(404));

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @Override
  Browser.NewContextOptions options() {
    return super.options().setViewportSize(360, 740).setColorScheme(ColorScheme.DARK);
  }

  @Test
  void theOverviewFitsANarrowDarkWindowAndAWideOne() {
    String app =
        "/api/v1/app/"
            + api()
                .post("/api/v1/app", "{\"name\":\"" + "Long".repeat(40) + "\"}")
                .expect(201)
                .id();
    String url = FAILING.url("/" + "a".repeat(200));
    api().post(app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201);
    api().post(app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202);
    FAILING.awaitRequests(1);
    signIn();
    assertThat(text("LongLong").first()).isVisible();
    assertFits();
    assertAccessible();
    screenshot("overview-360-dark");
    page().setViewportSize(2560, 1200);
    assertFits();
    screenshot("overview-2560-dark");
  }

  @Test
  void theAuditLogFitsANarrowWindow() {
    signIn();
    open("#/audit");
    assertThat(heading("Audit log")).isVisible();
    assertFits();
    assertAccessible();
  }
}
