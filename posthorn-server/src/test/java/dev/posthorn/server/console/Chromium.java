package dev.posthorn.server.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's Chromium, which all classes with this extension share. Without one, their tests are
 * skipped, and the report says how to get it. Nothing is downloaded.
 */
final class Chromium implements ExecutionCondition, BeforeAllCallback {
  private static final Logger LOG = LoggerFactory.getLogger(Chromium.class);
  private static final String VARIABLE = "POSTHORN_CHROMIUM";
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(Chromium.class);

  /** The running browser, for the whole run of tests. */
  private record Running(Playwright playwright, Browser browser) implements AutoCloseable {
    @Override
    public void close() {
      playwright.close();
    }
  }

  private static @Nullable Path program() {
    String given = System.getenv(VARIABLE);
    if (given != null) {
      return Path.of(given);
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":", -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (program() != null) {
      return ConditionEvaluationResult.enabled("there is a Chromium");
    }
    String reason =
        "there is no Chromium; install it (apt-get install chromium), or name it in " + VARIABLE;
    LOG.warn("Tests of {} skipped: {}", context.getDisplayName(), reason);
    return ConditionEvaluationResult.disabled(reason);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    var unused = browser(context);
  }

  /** Opens a window of its own, without anything that another test left. */
  static BrowserContext window(ExtensionContext context, Browser.NewContextOptions options) {
    return browser(context).newContext(options);
  }

  private static Browser browser(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Running.class, made -> start(), Running.class)
        .browser();
  }

  private static Running start() {
    Path program = program();
    if (program == null) {
      throw new IllegalStateException("the condition should have skipped this test");
    }
    PlaywrightAssertions.setDefaultAssertionTimeout(60_000); // however busy the machine is
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    BrowserType.LaunchOptions options =
        new BrowserType.LaunchOptions()
            .setExecutablePath(program)
            .setTimeout(120_000)
            .setChromiumSandbox(!"root".equals(System.getProperty("user.name")))
            .setArgs(List.of("--disable-dev-shm-usage", "--disable-gpu"));
    return new Running(playwright, playwright.chromium().launch(options));
  }
}
