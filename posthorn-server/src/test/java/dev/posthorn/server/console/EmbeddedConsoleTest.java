package dev.posthorn.server.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.embed.ConsoleHttpHandler;
import dev.posthorn.server.embed.EmbeddedConsole;
import dev.posthorn.server.embed.Visitor;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console within a program, in a browser: there is no signing in, and all else is the same. */
class EmbeddedConsoleTest extends ConsoleFixture {
  @TempDir private Path folder;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Receiver receiver = Receiver.answering(request -> Answer.status(200));

  @SuppressWarnings("NullAway.Init") // opened before each test
  private Posthorn posthorn;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedConsole console;

  @SuppressWarnings("NullAway.Init")
  private HttpServer program;

  @Override
  ServerFixture server() {
    throw new UnsupportedOperationException("there is no server of Posthorn's");
  }

  @BeforeEach
  void start() throws IOException {
    posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db"))
                .allowNetworks("127.0.0.0/8")
                .build());
    console = new EmbeddedConsole(posthorn);
    program = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    program.setExecutor(threads);
    program.createContext(
        "/admin/webhooks", new ConsoleHttpHandler(console, request -> new Visitor("Eve", true)));
    program.start();
  }

  @AfterEach
  void stop() {
    console.close();
    program.stop(0);
    threads.close();
    posthorn.close();
    receiver.close();
  }

  private void show(String fragment) {
    var unused =
        page()
            .navigate(
                "http://127.0.0.1:"
                    + program.getAddress().getPort()
                    + "/admin/webhooks"
                    + fragment);
  }

  @Test
  void whoIsSignedInToTheProgramSeesAndDoesEverything() {
    var unused =
        posthorn
            .application("acme")
            .endpoints()
            .add(NewEndpoint.builder(receiver.url("/hook")).uid("hook").build());
    String id = posthorn.application("acme").send("invoice.paid", Map.of()).id();
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
    var unused = posthorn.application("acme").send("invoice.shown", Map.of());
    assertThat(page().locator("main")).containsText("invoice.shown");
  }
}
