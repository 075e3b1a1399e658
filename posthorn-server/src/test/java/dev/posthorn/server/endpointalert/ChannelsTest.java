package dev.posthorn.server.endpointalert;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.Mailbox;
import dev.posthorn.server.endpointalert.AlertChannel.AlertException;
import dev.posthorn.server.endpointalert.SmtpServer.Security;
import dev.posthorn.spi.transport.HttpTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Channels against a real SMTP server, and their settings. */
class ChannelsTest {
  @AutoClose private final Mailbox mailbox = new Mailbox();

  @Test
  void anEmailIsSentWithAUserAndAPassword() throws Exception {
    mailbox.setUser("alerts@example.com", "word");
    MailChannel right =
        new MailChannel(
            mailbox.smtp(Security.NONE, "alerts@example.com", "word"), "posthorn@example.com");
    right.send("ops@example.com", AlertQueueTest.ALERT);
    right.send("ops@example.com", AlertQueueTest.ALERT);
    assertThat(mailbox.to("ops@example.com")).hasSize(2);
    assertThat(mailbox.all().getFirst().id())
        .as("the same each time, so that repeats can be told")
        .isEqualTo("<ep_1.3600000.HALF@example.com>")
        .isEqualTo(mailbox.all().getLast().id());
    MailChannel wrong =
        new MailChannel(
            mailbox.smtp(Security.NONE, "alerts@example.com", "wrong word"),
            "posthorn@example.com");
    assertThatThrownBy(() -> wrong.send("ops@example.com", AlertQueueTest.ALERT))
        .isInstanceOf(AlertException.class)
        .hasMessageNotContaining("wrong word")
        .hasMessageNotContaining("ops@example.com");
  }

  @Test
  void aServerWithoutTlsGetsNothingUnlessThatIsWanted() {
    MailChannel channel =
        new MailChannel(mailbox.smtp(Security.STARTTLS, null, null), "posthorn@example.com");
    assertThatThrownBy(() -> channel.send("ops@example.com", AlertQueueTest.ALERT))
        .isInstanceOf(AlertException.class);
    assertThat(mailbox.all()).isEmpty();
  }

  @Test
  void anAddressCannotAddHeaders() {
    MailChannel channel =
        new MailChannel(mailbox.smtp(Security.NONE, null, null), "posthorn@example.com");
    for (String to :
        new String[] {
          "a@b.example\r\nBcc: c@d.example",
          "\"a\r\nBcc: c@d.example\" <a@b.example>",
          "\"a\r\n b\"@b.example",
          "all:a@b.example,c@d.example;",
          "A <a@b.example>"
        }) {
      assertThatThrownBy(() -> channel.send(to, AlertQueueTest.ALERT))
          .as(to)
          .isInstanceOfSatisfying(AlertException.class, e -> assertThat(e.isForGood()).isTrue())
          .hasMessage("an address is invalid");
    }
    assertThat(mailbox.all()).isEmpty();
  }

  private static JsonNode body(String url, String application) {
    EndpointAlert alert = AlertQueueTest.ALERT;
    EndpointAlert other =
        new EndpointAlert(
            alert.kind(),
            alert.endpoint(),
            alert.url(),
            application,
            alert.at(),
            alert.failingSince(),
            alert.disabledFrom(),
            alert.link());
    return new JsonMapper().readTree(UrlChannel.body(HttpTarget.parse(url), other));
  }

  @Test
  void aChatGetsTextInWhichNobodyIsMentioned() {
    String text =
        body("https://hooks.slack.com/services/T/B/x", "Acme <!channel> @here")
            .get("text")
            .asString();
    assertThat(text)
        .startsWith("Webhook endpoint at acme.example is failing\nNo delivery")
        .contains("https://acme.example/hooks", "Acme ‹!channel›")
        .doesNotContain("<", "@here");
  }

  @Test
  void teamsGetsAnAdaptiveCardWithTheSameText() {
    JsonNode message = body("https://prod-1.westeurope.logic.azure.com/workflows/x", "Acme");
    JsonNode card = message.at("/attachments/0/content");
    assertThat(message.get("type").asString()).isEqualTo("message");
    assertThat(message.at("/attachments/0/contentType").asString())
        .isEqualTo("application/vnd.microsoft.card.adaptive");
    assertThat(card.get("type").asString()).isEqualTo("AdaptiveCard");
    assertThat(card.get("body"))
        .hasSizeGreaterThan(4)
        .allSatisfy(block -> assertThat(block.get("type").asString()).isEqualTo("TextBlock"))
        .anySatisfy(block -> assertThat(block.get("text").asString()).startsWith("URL: https"));
  }

  @Test
  void anEmailThatWasTakenIsSentHoweverTheConnectionEnds() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Boolean> reset = CompletableFuture.supplyAsync(() -> takeAndReset(server));
      MailChannel channel =
          new MailChannel(
              new SmtpServer(Security.NONE, "127.0.0.1", server.getLocalPort(), null, null),
              "posthorn@example.com");
      channel.send("ops@example.com", AlertQueueTest.ALERT);
      assertThat(reset.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Takes one e-mail, and resets the connection instead of an answer to QUIT. */
  private static boolean takeAndReset(ServerSocket server) {
    try (Socket client = server.accept();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      answer(client, "220 here");
      boolean data = false;
      for (String line; (line = in.readLine()) != null; ) {
        if (line.equals("QUIT")) {
          client.setSoLinger(true, 0);
          return true;
        }
        if (!data || line.equals(".")) {
          data = line.equals("DATA");
          answer(client, data ? "354 go on" : "250 fine");
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  @Test
  void aUrlOfAServerHasItsPortAndSecurity() {
    assertThat(SmtpServer.of("smtp://mail.example.com"))
        .isEqualTo(new SmtpServer(Security.STARTTLS, "mail.example.com", 587, null, null));
    assertThat(SmtpServer.of("smtps://us%40er:w%3Ao+rd@mail.example.com:1465/"))
        .isEqualTo(new SmtpServer(Security.TLS, "mail.example.com", 1465, "us@er", "w:o+rd"));
    assertThat(SmtpServer.of("smtp://relay?tls=none"))
        .isEqualTo(new SmtpServer(Security.NONE, "relay", 25, null, null));
    assertThat(SmtpServer.of("smtps://user:hidden@h").toString()).doesNotContain("hidden");
    for (String wrong :
        new String[] {
          "mail.example.com",
          "http://mail.example.com",
          "smtp://user@mail.example.com",
          "smtp://user:word@mail.example.com?tls=none",
          "smtp://mail.example.com/path",
          "smtp://user:word@bad host"
        }) {
      assertThatThrownBy(() -> SmtpServer.of(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("word@");
    }
  }
}
