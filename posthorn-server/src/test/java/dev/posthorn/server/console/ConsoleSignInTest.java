package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.admin.ConsoleLinks;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Signing in to the console and out of it, in a browser. */
class ConsoleSignInTest extends ConsoleFixture {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @Override
  ServerFixture server() {
    return SERVER;
  }

  private static String code(boolean readOnly) {
    var unused = SERVER.environment(ENVIRONMENT).get("/api/v1/app").expect(200); // creates it
    ConsoleLinks links = Objects.requireNonNull(SERVER.server().consoleLinks());
    return links
        .make(ENVIRONMENT, "Dee", readOnly, made -> made.orTimeout(10, TimeUnit.SECONDS).join())
        .url();
  }

  @Test
  void anApiKeyOpensTheConsoleUntilOneSignsOut() {
    open("");
    assertThat(heading("Sign in to the console")).isVisible();
    assertThat(page().getByLabel("API key")).isFocused();
    assertAccessible();
    screenshot("sign-in");
    page().getByLabel("Your name").fill("Eve <b>bold</b>");
    enter(key());
    assertThat(heading("Overview")).isVisible();
    assertThat(page().locator("#who")).containsText("Eve <b>bold</b> · org_default · operator");
    List<Cookie> cookies = window().cookies();
    assertThat(cookies).hasSize(1);
    assertThat(cookies.getFirst().httpOnly).isTrue();
    assertThat(page().evaluate("() => document.cookie")).isEqualTo("");
    page().reload();
    assertThat(heading("Overview")).isVisible();
    button("Sign out").click();
    assertThat(heading("Sign in to the console")).isVisible();
    assertThat(window().cookies()).isEmpty();
    page().reload();
    assertThat(heading("Sign in to the console")).isVisible();
  }

  @Test
  void codeInMarkupIsRefusedByThePolicy(TestReporter reporter) {
    open("");
    assertThat(heading("Sign in to the console")).isVisible();
    reporter.publishEntry("first contentful paint, ms", firstPaint());
    assertThat(complaints()).isEmpty();
    Object refused =
        page()
            .evaluate(
                "() => { try { document.body.setAttribute('onclick', 'alert(1)'); return ''; }"
                    + " catch (refused) { return refused.name; } }");
    assertThat(refused).isEqualTo("TypeError");
    page()
        .waitForConsoleMessage(
            () -> page().evaluate("() => { new Image().src = 'http://127.0.0.1:9/x.png'; }"));
    assertThat(String.join(" ", complaints()))
        .contains("TrustedScript", "Content Security Policy", "img-src 'self'");
  }

  private String firstPaint() {
    return String.valueOf(
        page()
            .evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"));
  }

  @Test
  void aWrongKeyIsToldAndMayBeCorrected() {
    open("");
    enter("phk_wrong");
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("The token is invalid");
    enter(key());
    assertThat(heading("Overview")).isVisible();
  }

  @Test
  void aLinkOpensTheConsoleOnce() {
    String link = code(true);
    var unused = page().navigate(link);
    assertThat(page().locator("#who")).containsText("Dee · org_default · read-only");
    assertThat(page().url()).doesNotContain("code");
    button("Sign out").click();
    var unusedAgain = page().navigate(link.replace("#", "?again#"));
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("used before");
  }

  @Test
  void aRevokedKeyEndsTheSession() {
    signIn();
    SERVER
        .server()
        .engine()
        .tokenAdmin()
        .tokensOf(environment(), keyKind())
        .forEach(row -> SERVER.server().engine().tokenAdmin().end(row.id()).join());
    open("#/audit");
    assertThat(heading("Sign in to the console")).isVisible();
  }

  private static long environment() {
    return Objects.requireNonNull(
            SERVER.server().engine().environmentAdmin().environment(ENVIRONMENT))
        .id();
  }

  private static TokenRow.Kind keyKind() {
    return TokenRow.Kind.API_KEY;
  }

  @Test
  void theAuditLogShowsWhoSignedIn() {
    open("");
    page().getByLabel("Your name").fill("Flo");
    page().getByLabel("Read only").check();
    enter(key());
    more("Audit log");
    assertThat(heading("Audit log")).isVisible();
    assertThat(page().getByRole(AriaRole.ROW).nth(1)).containsText("Flo");
    assertAccessible();
    screenshot("audit-log");
  }

  @Test
  void theKeyboardIsEnough() {
    open("");
    page().keyboard().type(key());
    page().keyboard().press("Enter");
    assertThat(heading("Overview")).isVisible();
    page().keyboard().press("Tab");
    for (int i = 0; i < 20 && !focusedText().equals("Day"); i++) {
      page().keyboard().press("Tab");
    }
    page().keyboard().press("Enter");
    assertThat(button("Day")).hasAttribute("aria-pressed", "true");
    assertThat(page().url()).endsWith("#/?span=day");
  }

  private String focusedText() {
    return String.valueOf(page().evaluate("() => document.activeElement.textContent"));
  }
}
