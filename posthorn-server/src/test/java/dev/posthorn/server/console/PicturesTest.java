package dev.posthorn.server.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.sample.SampleData;
import dev.posthorn.testkit.receiver.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Takes the pictures of the documentation, of a server with sample data, instead of testing it.
 * After a change of the pages: {@code POSTHORN_PICTURES=true bin/test PicturesTest}.
 */
@EnabledIfEnvironmentVariable(named = "POSTHORN_PICTURES", matches = "true")
class PicturesTest extends ConsoleFixture {
  private static final Path OPERATING = Path.of("..", "docs", "operating");
  private static final int WIDTH = 1280;

  /** Charts need some time to have a shape. */
  private static final int LEAST_POINTS = 8;

  @SuppressWarnings("NullAway.Init") // started before the test
  private static ServerFixture server;

  @SuppressWarnings("NullAway.Init")
  private static SampleData sample;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(options -> options.withEngine(EngineOptions.DEFAULT));
    sample = SampleData.start(server.server().url(), ServerFixture.token(ENVIRONMENT));
  }

  @AfterAll
  static void stop() {
    sample.close();
    server.close();
  }

  @Override
  ServerFixture server() {
    return server;
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void takesThePicturesOfTheConsole() throws IOException {
    signIn();
    Await.until("a delivery has failed", Duration.ofMinutes(2), () -> !failedMessage().isEmpty());
    take(
        "console-message", "message/" + failedMessage(), 625, page().locator("main table").first());
    Await.until("charts have a shape", Duration.ofMinutes(5), this::hasShape);
    take("console-endpoint", "endpoint/kite/fraud", 610, page().locator("main svg").first());
    take("console", "", 900, page().locator("main svg").last());
  }

  private boolean hasShape() {
    return api().get("/api/v1/console/overview/history?span=hour").expect(200).at("/points").size()
        >= LEAST_POINTS;
  }

  private String failedMessage() {
    return api()
        .get("/api/v1/app/heron/attempt/endpoint/accounting?status_code_class=500&limit=1")
        .expect(200)
        .at("/data/0/msgId")
        .asString("");
  }

  private void take(String name, String screen, int height, Locator shown) throws IOException {
    page().setViewportSize(WIDTH, height);
    open("#/" + screen);
    var unused = page().reload();
    shown.waitFor();
    byte[] picture = page().screenshot(new Page.ScreenshotOptions());
    SmallPicture.write(new ByteArrayInputStream(picture), OPERATING.resolve(name + ".png"));
  }
}
