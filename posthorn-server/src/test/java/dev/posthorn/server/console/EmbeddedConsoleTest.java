package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.posthorn.NewEndpoint;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.embed.ConsoleProgram;
import dev.posthorn.server.embed.Visitor;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console within a program, in a browser: there is no signing in, and all else is the same. */
class EmbeddedConsoleTest extends ConsoleFixture {
  @TempDir private Path folder;

  private final Receiver receiver = Receiver.answering(request -> Answer.status(200));

  @SuppressWarnings("NullAway.Init") // started before each test
  private ConsoleProgram program;

  @Override
  ServerFixture server() {
    throw new UnsupportedOperationException("there is no server of Posthorn's");
  }

  @BeforeEach
  void start() throws IOException {
    program = ConsoleProgram.start(folder, request -> new Visitor("Eve", true));
  }

  @AfterEach
  void stop() {
    program.close();
    receiver.close();
  }

  private void show(String fragment) {
    var unused = page().navigate(program.url() + fragment);
  }

  @Test
  void whoIsSignedInToTheProgramSeesAndDoesEverything() {
    var unused =
        program
            .posthorn()
            .application("acme")
            .endpoints()
            .add(NewEndpoint.builder(receiver.url("/hook")).uid("hook").build());
    String id = program.posthorn().application("acme").send("invoice.paid", Map.of()).id();
    receiver.awaitRequests(1);

    show("");
    assertThat(heading("Overview")).isVisible();
    assertThat(page().locator("#who")).containsText("Eve");
    assertThat(button("Sign out")).hasCount(0);
    assertThat(page().locator("body")).containsText("All is well.");
    page().locator(".menu summary").click();
    assertThat(link("Audit log")).isVisible();
    assertThat(link("API keys")).hasCount(0);
    assertAccessible();
    screenshot("embedded");

    show("#/message/" + id);
    assertThat(page().locator("main")).containsText("invoice.paid");
    show("#/endpoints");
    assertThat(page().locator("main")).containsText(receiver.url("/hook"));
  }

  @Test
  void theTailIsLive() {
    show("#/tail");
    assertThat(page().locator("main")).containsText("Live");
    var unused = program.posthorn().application("acme").send("invoice.shown", Map.of());
    assertThat(page().locator("main")).containsText("invoice.shown");
  }
}
