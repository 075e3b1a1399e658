package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Signer;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  private static final String LOOPBACK = "127.0.0.0/8";

  @TempDir private Path folder;

  private final StringWriter text = new StringWriter();

  private int run(String... arguments) {
    return Commands.run(text, arguments);
  }

  @Test
  void everyCommandHasHelpAndAVersion() {
    for (String command : List.of("demo", "send", "listen", "verify")) {
      assertThat(run(command, "--help")).isZero();
      assertThat(run(command, "--version")).isZero();
      assertThat(text.toString()).contains("Usage: posthorn " + command).contains("posthorn (not");
      text.getBuffer().setLength(0);
    }
    assertThat(run("--help")).isZero();
    assertThat(text.toString()).contains("listen").doesNotContain("demo-sender");
    assertThat(run("nonsense")).isEqualTo(2);
  }

  // ---- verify --------------------------------------------------------------------------------

  private int verify(Instant time, String secret, String body, String... more) {
    String signedWith = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    Map<String, String> headers =
        Signer.of(signedWith).headers("msg_1", time, "{}".getBytes(StandardCharsets.UTF_8));
    List<String> arguments = new ArrayList<>(List.of("verify", "--secret", secret));
    headers.forEach((name, value) -> arguments.addAll(List.of("-H", name + ": " + value)));
    arguments.addAll(List.of(more));
    arguments.add(body);
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void anAuthenticWebhookIsVerified() {
    assertThat(verify(Instant.now(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{}")).isZero();
    assertThat(text.toString()).contains("verified: msg_1");
  }

  @Test
  void aChangedBodyAnotherSecretAndAnOldTimestampAreRejected() {
    String right = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assertThat(verify(Instant.now(), right, "[]")).isEqualTo(1);
    assertThat(verify(Instant.now(), Keys.generateSecret(), "{}")).isEqualTo(1);
    assertThat(verify(Instant.now().minusSeconds(3_600), right, "{}")).isEqualTo(1);
    assertThat(text.toString()).contains("NO_MATCH").contains("TOO_OLD");
    assertThat(verify(Instant.now().minusSeconds(3_600), right, "{}", "--any-time")).isZero();
  }

  @Test
  void aSecretAndABodyCanBeInFiles() throws Exception {
    Path secret =
        Files.writeString(folder.resolve("s"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    Path body = Files.writeString(folder.resolve("b"), "{}");
    assertThat(verify(Instant.now(), "@" + secret, "@" + body)).isZero();
  }

  @Test
  void misuseEndsWithTwoAndSaysWhatWouldBeRight() {
    assertThat(verify(Instant.now(), "nonsense", "{}")).isEqualTo(2);
    assertThat(text.toString()).contains("whsec_");
    assertThat(run("verify", "--secret", Keys.generateSecret(), "-H", "nonsense", "{}"))
        .isEqualTo(2);
    assertThat(text.toString()).contains("NAME: VALUE");
    assertThat(run("send", "a.b", "{}")).isEqualTo(2);
    assertThat(text.toString()).contains("--to URL");
    assertThat(run("send", "--to", "ftp://example.com/", "a.b")).isEqualTo(2);
    assertThat(run("send", "--to", "https://example.com/", "a.b", "not json")).isEqualTo(2);
    assertThat(run("listen", "--port", "70000")).isEqualTo(2);
    assertThat(text.toString()).contains("--to").contains("PAYLOAD").contains("0 to 65535");
  }

  // ---- send ----------------------------------------------------------------------------------

  @Test
  void aMessageIsSentSignedToAUrl() {
    String secret = Keys.generateSecret();
    try (Receiver receiver = Receiver.start()) {
      assertThat(
              run(
                  "send",
                  "--to",
                  receiver.url("/"),
                  "--allow",
                  LOOPBACK,
                  "--secret",
                  secret,
                  "a.b",
                  "{\"n\":1}"))
          .isZero();
      ReceivedRequest request = receiver.requests().get(0);
      assertThat(new String(request.body(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":1}");
      String id = Verifier.of(secret).verify(request::header, request.body()).id();
      assertThat(text.toString()).contains(id).contains("every delivery succeeded");
    }
  }

  @Test
  void aPrivateAddressIsRefusedAndTheRemedyNamed() {
    try (Receiver receiver = Receiver.start()) {
      assertThat(run("send", "--to", receiver.url("/"), "a.b")).isEqualTo(1);
      assertThat(text.toString()).contains("refused_address").contains("--allow");
      assertThat(receiver.connections()).isZero();
    }
  }

  @Test
  void everyAttemptIsShown() {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(calls.incrementAndGet() < 3 ? 500 : 200))) {
      assertThat(
              run(
                  "send",
                  "--to",
                  receiver.url("/"),
                  "--allow",
                  LOOPBACK,
                  "--retry",
                  "20ms,PT0.02S",
                  "a.b"))
          .isZero();
      assertThat(text.toString()).contains("attempt 1").contains("attempt 2").contains("attempt 3");
    }
  }

  @Test
  void aDatabaseKeepsItsEndpointsAndKnowsAnEventAgain() {
    String file = folder.resolve("webhooks.db").toString();
    try (Receiver receiver = Receiver.start()) {
      String[] send = {
        "send",
        "-d",
        file,
        "--to",
        receiver.url("/"),
        "--allow",
        LOOPBACK,
        "--event-id",
        "e1",
        "a.b"
      };
      assertThat(run(send)).isZero();
      assertThat(run(send)).isZero();
      assertThat(text.toString()).contains("is already on disk");
      assertThat(run("send", "-d", file, "--allow", LOOPBACK, "a.c")).isZero();
      assertThat(receiver.count()).isEqualTo(2);
    }
  }

  @Test
  void aMessageThatMatchesNoEndpointEndsWithOneAndSaysWhy() {
    Path file = folder.resolve("webhooks.db");
    assertThat(run("send", "-d", file.toString(), "invoice.paid")).isEqualTo(1);
    assertThat(text.toString()).contains("matched no endpoint: there is none");
    try (Posthorn posthorn = Posthorn.open(file)) {
      posthorn
          .endpoints()
          .add(NewEndpoint.builder("https://example.com/").events("invoice.*").build());
      posthorn.endpoints().add(NewEndpoint.builder("https://example.com/").channels("eu").build());
    }
    assertThat(run("send", "-d", file.toString(), "invioce.paid")).isEqualTo(1);
    assertThat(text.toString())
        .contains("matched no endpoint, of 2: 1 for other channels, 1 for other event types")
        .doesNotContain("every delivery succeeded");
  }

  // ---- listen --------------------------------------------------------------------------------

  @Test
  void aListenerVerifiesPrintsAndFailsOnRequest() throws Exception {
    String secret = Keys.generateSecret();
    StringWriter heard = new StringWriter();
    CommandLine listen = Main.commandLine();
    listen.setOut(new PrintWriter(heard, true));
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(
            () ->
                listen.execute(
                    "listen", "--port", "0", "--secret", secret, "--fail", "1", "--count", "2"),
            OwnThread::start);
    Pattern url = Pattern.compile("listening on (\\S+)");
    Await.until("the listener has a port", () -> url.matcher(heard.toString()).find());
    Matcher found = url.matcher(heard.toString());
    assertThat(found.find()).isTrue();

    assertThat(
            run(
                "send",
                "--to",
                found.group(1),
                "--allow",
                LOOPBACK,
                "--secret",
                secret,
                "--retry",
                "20ms",
                "a.b",
                "{\"n\":\"\\u001b[2J\"}"))
        .isZero();
    assertThat(ended.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(heard.toString())
        .contains("verified")
        .contains("-> 503")
        .contains("-> 204")
        .doesNotContain("\u001b");
  }
}
