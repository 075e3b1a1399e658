package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message in a browser: who receives it and why not the others, its attempts, and resending. */
class ConsoleMessageTest extends ConsoleFixture {
  private static final String HOSTILE = "<script>alert(2)</script>";
  private static final String PAYLOAD = "{\"a\":  1.00, \"b\": \"<img src=x>\"}";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final AtomicInteger status = new AtomicInteger(500);

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(request -> Answer.status(status.get()).body(HOSTILE));

  private String app = "";
  private String message = "";

  @Override
  ServerFixture server() {
    return SERVER;
  }

  @BeforeEach
  void sendAMessageThatFails() {
    app = "/api/v1/app/" + api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    for (String type : new String[] {"invoice.paid", "order.made"}) {
      api().put("/api/v1/event-type/" + type, "{\"description\":\"\"}");
    }
    endpoint("/failing", "\"description\":\"\"");
    endpoint("/others", "\"eventTypes\":[\"order.made\"]");
    endpoint("/off", "\"disabled\":true");
    message =
        api()
            .post(
                app + "/msg",
                "{\"eventType\":\"invoice.paid\",\"payload\":" + PAYLOAD + ",\"tags\":[\"eu\"]}")
            .expect(202)
            .id();
    Await.until(
        "the last attempt",
        () -> api().get(app + "/attempt/msg/" + message).expect(200).at("/data").size() == 3);
  }

  private void endpoint(String path, String more) {
    api()
        .post(app + "/endpoint", "{\"url\":\"" + receiver.url(path) + "\"," + more + "}")
        .expect(201);
  }

  private Locator rows(String table) {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(table).setExact(true))
        .getByRole(AriaRole.ROW);
  }

  private Locator row(String table, String text) {
    return rows(table).filter(new Locator.FilterOptions().setHasText(text));
  }

  private void find(String id) {
    page().getByLabel("Find by id, uid, event id, name or URL").fill(id);
    page().keyboard().press("Enter");
  }

  @Test
  void itSaysWhoReceivesTheMessageAndWhyNotTheOthers() {
    signIn();
    find(message);
    assertThat(page().locator("h1")).containsText(message);
    assertThat(row("Endpoints", "/failing")).containsText("Matches");
    assertThat(row("Endpoints", "/failing")).containsText("✕ Failed");
    assertThat(row("Endpoints", "Not: other event types")).containsText("/others");
    assertThat(row("Endpoints", "Not: other event types")).containsText("None");
    assertThat(row("Endpoints", "Not: the endpoint is disabled")).containsText("None");
    assertThat(rows("Attempts")).hasCount(4);
    rows("Attempts").nth(1).getByText("Response").click();
    assertThat(rows("Attempts").nth(1)).containsText(HOSTILE);
    assertThat(page().locator("main script, main img")).hasCount(0);
    assertAccessible();
    screenshot("message");
    page().setViewportSize(360, 740);
    assertFits();
    screenshot("message-360");
  }

  @Test
  void itShowsThePayloadPrettyAndAsItWasSent() {
    signIn();
    open("#/message/" + message);
    Locator payload = page().getByLabel("Payload");
    assertThat(payload).containsText("\n  \"a\": 1,");
    button("As sent").click();
    assertThat(payload).hasText(PAYLOAD);
    api().delete(app + "/msg/" + message + "/content").expect(204);
    page().reload();
    assertThat(text("The payload was removed.")).isVisible();
  }

  @Test
  void anOperatorResendsAndSeesTheResult() {
    signIn();
    open("#/message/" + message);
    status.set(200);
    row("Endpoints", "/failing").getByText("Resend").click();
    assertThat(row("Endpoints", "/failing")).containsText("✓ Succeeded");
    assertThat(rows("Attempts")).hasCount(5);
  }

  @Test
  void aReaderSeesNoButtons() {
    signIn(key("ViewBase"));
    open("#/message/" + message);
    assertThat(row("Endpoints", "/failing")).containsText("✕ Failed");
    assertThat(button("Resend")).hasCount(0);
  }

  @Test
  void anUnknownIdIsTold() {
    signIn();
    find("msg_nothing");
    assertThat(text("Nothing was found.")).isVisible();
    open("#/message/msg_nothing");
    assertThat(page().getByRole(AriaRole.ALERT)).containsText("unknown id");
  }
}
