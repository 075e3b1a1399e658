package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.posthorn.server.ApiClient;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.SharedPlace;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The nodes of two servers on one database, and the drain of one of them, in a browser. */
@ExtendWith(PostgresqlExtension.class)
class ConsoleNodesTest extends ConsoleFixture {
  private static final String NODES = "/api/v1/console/nodes";

  @SuppressWarnings("NullAway.Init") // started before each test
  private ServerFixture one;

  @SuppressWarnings("NullAway.Init")
  private ServerFixture two;

  @BeforeEach
  void startBoth(TestDatabase database) {
    one = start(database, "one");
    two = start(database, "two");
    Await.until("both have their share", () -> owns("one") == 128 && owns("two") == 128);
  }

  private static ServerFixture start(TestDatabase database, String name) {
    return ServerFixture.start(
        given -> given.withStore(SharedPlace.of(database, name, Duration.ofSeconds(10))));
  }

  @AfterEach
  void stopBoth() {
    two.close();
    one.close();
  }

  @Override
  ServerFixture server() {
    return one;
  }

  private int owns(String name) {
    return node(name, "partitions").map(Integer::parseInt).orElse(-1);
  }

  private java.util.Optional<String> node(String name, String field) {
    return api()
        .get(NODES)
        .expect(200)
        .at("/data")
        .valueStream()
        .filter(row -> row.get("name").asString().startsWith(name + ","))
        .map(row -> row.get(field).asString())
        .findFirst();
  }

  private Locator row(String name) {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Nodes"))
        .locator("tbody tr")
        .filter(new Locator.FilterOptions().setHasText(name + ","));
  }

  @Test
  void aNodeIsDrainedAfterAConfirmationAndTakesPartitionsAgain() {
    signIn();
    more("Nodes");
    assertThat(row("one")).containsText("128 of 256");
    assertThat(row("two")).containsText("✓ Active");
    assertThat(row("two")).containsText("nothing");
    assertAccessible();
    screenshot("nodes");

    row("two").getByRole(AriaRole.BUTTON).click();
    assertThat(text("gives its 128 partitions to the others")).isVisible();
    button("Do nothing").click();
    assertThat(text("gives its 128 partitions")).hasCount(0);
    assertThat(owns("two")).isEqualTo(128);

    row("two").getByRole(AriaRole.BUTTON).click();
    assertAccessible();
    screenshot("nodes-drain");
    button("Drain it").click();
    assertThat(row("two")).containsText("↷ Draining");
    assertThat(row("two")).containsText("0 of 256");
    assertThat(row("one")).containsText("256 of 256");

    row("one").getByRole(AriaRole.BUTTON).click();
    button("Drain it").click();
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("is the only process that takes");

    button("Cancel the drain").click();
    assertThat(row("two")).containsText("128 of 256");

    open("#/audit");
    assertThat(text("v1.console.drain-node").first()).isVisible();
    assertThat(page().locator("main")).containsText("with 409");
  }

  @Test
  void whoDoesNotAdministerSeesNoNodes() {
    String key = key("ViewBase");
    signIn(key);
    page().locator(".menu summary").click();
    assertThat(link("Audit log")).isVisible();
    assertThat(link("Nodes")).hasCount(0);
    ApiClient reader = one.client(key);
    reader.get(NODES).expect(403);
    String drain = NODES + "/" + node("two", "id").orElseThrow() + "/drain";
    reader.put(drain, "{\"draining\":true}").expect(403);
    api().put(NODES + "/12345/drain", "{\"draining\":true}").expect(404);
    api().put(drain, "{}").expect(422);
    assertThat(node("two", "state")).contains("active");
  }

  @Test
  void noKeyOfOneEnvironmentDrainsANodeThatServesSeveral() {
    one.environment("org_other").get("/api/v1/app").expect(200);
    String drain = NODES + "/" + node("two", "id").orElseThrow() + "/drain";
    for (boolean draining : new boolean[] {true, false}) {
      assertThat(
              api()
                  .put(drain, "{\"draining\":" + draining + "}")
                  .expect(403)
                  .at("/detail")
                  .asString())
          .contains("several environments");
    }
    assertThat(node("two", "state")).contains("active");

    signIn();
    page().setViewportSize(360, 740);
    page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    open("#/nodes");
    assertThat(row("one")).containsText("128 of 256");
    assertFits();
    assertAccessible();
    row("two").getByRole(AriaRole.BUTTON).click();
    button("Drain it").click();
    assertThat(page().getByRole(AriaRole.STATUS)).containsText("run posthorn nodes drain");
  }
}
