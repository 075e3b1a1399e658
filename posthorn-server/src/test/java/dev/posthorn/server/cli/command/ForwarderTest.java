package dev.posthorn.server.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwarderTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] BODY = {'{', 0, (byte) 0xff, '}'};

  private static Forwarder.Passed pass(String to, Duration patience) throws InterruptedException {
    try (Forwarder forwarder = new Forwarder(to, patience)) {
      return forwarder.pass(
          "POST",
          Map.of(
              "Webhook-id", List.of("msg_1"),
              "Webhook-signature", List.of("v1,a v1,b"),
              "X-several", List.of("1", "2"),
              "Host", List.of("elsewhere"),
              "Content-length", List.of("999"),
              "Connection", List.of("close")),
          BODY);
    }
  }

  @Test
  void aRequestComesAsItWasButForWhatBelongsToTheConnection() throws Exception {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(202).body("taken, thank you"))) {
      Forwarder.Passed passed = pass(receiver.url("/hooks?a=b"), LONG);
      assertThat(passed.status()).isEqualTo(202);
      assertThat(new String(passed.body(), StandardCharsets.UTF_8)).isEqualTo("taken, thank you");
      ReceivedRequest came = receiver.requests().get(0);
      assertThat(came.method()).isEqualTo("POST");
      assertThat(came.path()).isEqualTo("/hooks?a=b");
      assertThat(came.body()).isEqualTo(BODY);
      assertThat(came.headers())
          .contains(
              Map.entry("webhook-id", "msg_1"),
              Map.entry("webhook-signature", "v1,a v1,b"),
              Map.entry("x-several", "1"),
              Map.entry("x-several", "2"));
      assertThat(came.header("Host")).isEqualTo("127.0.0.1:" + receiver.port());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 302, 410, 500})
  void theStatusIsTheAnswersWhateverItIs(int status) throws Exception {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(status).header("Location", "/elsewhere"))) {
      assertThat(pass(receiver.url("/"), LONG).status()).isEqualTo(status);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatIsNotThereIsABadGateway() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Forwarder.Passed passed = pass("http://127.0.0.1:" + port + "/hooks", LONG);
    assertThat(passed.status()).isEqualTo(502);
    assertThat(passed.verdict()).contains("NOT FORWARDED").contains("nothing listens there");
  }

  @Test
  void aServerThatHangsUpIsABadGateway() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = server.accept()) {
                  client.getInputStream().read();
                } catch (IOException e) {
                  // The test is over.
                }
              });
      String to = "http://127.0.0.1:" + server.getLocalPort() + "/";
      assertThat(pass(to, LONG).status()).isEqualTo(502);
    }
  }

  @Test
  void aServerThatDoesNotAnswerOrNeverEndsItsAnswerIsGivenUp() throws Exception {
    for (String said : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")) {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket client = server.accept()) {
                    client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                  } catch (IOException e) {
                    // The test is over.
                  }
                });
        String to = "http://127.0.0.1:" + server.getLocalPort() + "/";
        Forwarder.Passed passed = pass(to, Duration.ofMillis(200));
        assertThat(passed.status()).isEqualTo(504);
        assertThat(passed.verdict()).contains("no answer within 200 ms");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:3000", "ftp://127.0.0.1/", "http://", "/hooks", "http://a b/"})
  void whatIsNoUrlIsRefused(String to) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forwarder(to, LONG))
        .withMessage("must be a URL such as http://127.0.0.1:3000/hooks");
  }
}
