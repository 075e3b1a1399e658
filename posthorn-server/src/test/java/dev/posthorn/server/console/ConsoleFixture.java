package dev.posthorn.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.posthorn.server.ApiClient;
import dev.posthorn.server.ServerFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The console of a server in a window of its own for each test. Fails if the page's policy refused
 * anything, or a script had an error.
 */
@ExtendWith(Chromium.class)
abstract class ConsoleFixture {
  /** The environment of a class's API key. */
  static final String ENVIRONMENT = "org_default";

  private static final String AXE =
      "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations"
          + ".filter(one => ['serious', 'critical'].includes(one.impact))"
          + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' ')))";

  @RegisterExtension private final Context context = new Context();

  private final List<String> complaints = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // opened before each test
  private BrowserContext window;

  @SuppressWarnings("NullAway.Init")
  private Page page;

  /** Knows the context of the test, in which the browser is kept. */
  private static final class Context implements BeforeEachCallback {
    @SuppressWarnings("NullAway.Init") // set before each test
    private ExtensionContext current;

    @Override
    public void beforeEach(ExtensionContext now) {
      current = now;
    }
  }

  /** Returns the server of the class. */
  abstract ServerFixture server();

  @BeforeEach
  final void openWindow() {
    window = Chromium.window(context.current, options());
    page = window.newPage();
    page.setDefaultTimeout(60_000);
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          // A refused request is also reported here, which some tests want.
          if (message.type().equals("error")
              && !message.text().contains("Failed to load resource")) {
            complaints.add(message.text());
          }
        });
  }

  /** Returns the options of the window; a test of another size or color overrides them. */
  Browser.NewContextOptions options() {
    return new Browser.NewContextOptions().setViewportSize(1280, 900).setLocale("en-US");
  }

  @AfterEach
  final void closeWindow() {
    window.close();
    assertThat(complaints).isEmpty();
  }

  /** Returns what the policy refused and the errors of scripts so far, and forgets them. */
  final List<String> complaints() {
    List<String> all = List.copyOf(complaints);
    complaints.clear();
    return all;
  }

  final Page page() {
    return page;
  }

  final BrowserContext window() {
    return window;
  }

  /** Returns an API key with some scopes; all if there are none. */
  final String key(String... scopes) {
    String list =
        scopes.length == 0 ? "" : ",\"scopes\":[\"" + String.join("\",\"", scopes) + "\"]";
    return api()
        .post(
            "/api/v1/management/authentication/" + ENVIRONMENT + "/api-token",
            "{\"name\":\"console\"" + list + "}")
        .expect(200)
        .at("/token")
        .asString();
  }

  final ApiClient api() {
    return server().environment(ENVIRONMENT);
  }

  /** Opens the console and signs in. */
  final void signIn() {
    signIn(key());
  }

  final void signIn(String key) {
    open("");
    enter(key);
    button("Sign out").waitFor();
  }

  /** Opens a screen. */
  final void open(String fragment) {
    var unused = page.navigate(server().server().url() + "/console" + fragment);
  }

  /** Fills in the form and sends it. */
  final void enter(String key) {
    page.getByLabel("API key").fill(key);
    button("Sign in").click();
  }

  final Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  final Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Opens the menu of further screens and follows one of its links. */
  final void more(String name) {
    page.locator(".menu summary").click();
    link(name).click();
  }

  final Locator heading(String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  final Locator text(String text) {
    return page.getByText(text);
  }

  /** Writes what the window shows to {@code target/screenshots}. */
  final void screenshot(String name) {
    var unused =
        page.screenshot(
            new Page.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", name + ".png"))
                .setFullPage(true));
  }

  /** Writes a part of what the window shows to {@code target/screenshots}. */
  final void screenshot(String name, Locator part) {
    var unused =
        part.screenshot(
            new Locator.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", name + ".png")));
  }

  /** Fails if axe-core finds something serious. */
  final void assertAccessible() {
    var unused = page.evaluate(axe());
    assertThat((List<?>) page.evaluate(AXE)).isEmpty();
  }

  /** Fails if the page is wider than its window. */
  final void assertFits() {
    assertThat(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
        .isEqualTo(true);
  }

  private static String axe() {
    try (InputStream in = ConsoleFixture.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
