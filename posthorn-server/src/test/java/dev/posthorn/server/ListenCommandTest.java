package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The command that receives, verifies and forwards messages. */
class ListenCommandTest extends CommandsFixture {
  @Test
  void aListenerHasAnEndpointAtTheServerAsLongAsItListens() throws Exception {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(
              () ->
                  listen.execute(
                      "listen",
                      "--port",
                      "0",
                      "--count",
                      "1",
                      "--forward-from",
                      server.url(),
                      "--token",
                      JWT,
                      "--app",
                      app),
              OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("listening on"));
      assertThat(message(server, app)).isEqualTo(202);
      assertThat(ended.get(20, TimeUnit.SECONDS)).isZero();
      assertThat(heard.toString()).contains("  verified  ");
      JsonNode left = send(server, "GET", "/api/v1/app/" + app + "/endpoint", JWT, null);
      assertThat(left.at("/body/data").size()).isZero();
    }
  }

  @Test
  void aListenerPassesOnToAnotherServerWhoseAnswerCounts() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver mine = Receiver.answering(request -> Answer.status(status.get()).body("mine"));
        PosthornServer server = serve(db, OLD, List.of(1L))) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      String[] arguments = {
        "listen",
        "--port",
        "0",
        "--count",
        "2",
        "--forward-from",
        server.url(),
        "--token",
        JWT,
        "--app",
        app,
        "--forward-to",
        mine.url("/hooks")
      };
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(() -> listen.execute(arguments), OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("signed with"));
      assertThat(message(server, app)).isEqualTo(202);
      mine.awaitRequests(1);
      status.set(200);
      assertThat(ended.get(30, TimeUnit.SECONDS)).isZero();
      String secret = heard.toString().replaceAll("(?s).*signed with (\\S+).*", "$1");
      for (ReceivedRequest request : mine.requests()) {
        assertThat(request.path()).isEqualTo("/hooks");
        Verifier.of(secret).verify(request::header, request.body());
      }
      assertThat(heard.toString())
          .contains("forwarded to " + mine.url("/hooks"), "-> 500", "-> 200");
    }
  }

  @Test
  void whatIsNotVerifiedIsNotPassedOn() throws Exception {
    try (Receiver mine = Receiver.start()) {
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      String[] arguments = {
        "listen",
        "--port",
        "0",
        "--count",
        "1",
        "--secret",
        Keys.generateSecret(),
        "--forward-to",
        mine.url("/hooks")
      };
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(() -> listen.execute(arguments), OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("forwarding to"));
      String url = heard.toString().replaceAll("(?s).*listening on (\\S+).*", "$1");
      HttpRequest forged =
          HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString("{}")).build();
      assertThat(http.send(forged, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(401);
      assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(mine.count()).isZero();
    }
  }

  @Test
  void whatCannotBeToldApartIsRefusedWithTheRemedy() {
    String to = "http://127.0.0.1:3000/";
    assertThat(run("listen", "--forward-to", "3000")).isEqualTo(2);
    assertThat(text.toString()).contains("--forward-to: must be a URL such as");
    assertThat(run("listen", "--forward-to", to, "--status", "200")).isEqualTo(2);
    assertThat(text.toString()).contains("--status: must be left out");
    String[] from = {"--forward-from", "http://127.0.0.1:1", "--app", "a", "--secret"};
    assertThat(run(with(new String[] {"whpk_abc"}, with(from, "listen")))).isEqualTo(2);
    assertThat(text.toString()).contains("--secret: must be whsec_");
  }

  @Test
  void aListenerDoesNotPassOnToItself() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String own = "http://localhost:" + port + "/";
    assertThat(run("listen", "--port", Integer.toString(port), "--forward-to", own)).isEqualTo(2);
    assertThat(text.toString()).contains("--forward-to: must be another port");
  }
}
