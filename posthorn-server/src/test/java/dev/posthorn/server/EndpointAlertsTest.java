package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.endpointalert.AlertOptions;
import dev.posthorn.server.endpointalert.SmtpServer;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Alerts about endpoints, by every channel, from a real server over real SMTP. */
class EndpointAlertsTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final long HOUR = 3_600_000;

  @AutoClose private final Mailbox mailbox = new Mailbox();

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(
          request ->
              Answer.status(
                  switch (request.path()) {
                    case "/in?token=hidden" -> 500;
                    case "/gone" -> 410;
                    default -> 200;
                  }));

  private ServerFixture start(long disableAfterMillis) {
    return ServerFixture.start(options -> options(options, disableAfterMillis));
  }

  private ServerOptions options(ServerOptions options, long disableAfterMillis) {
    EngineOptions engine =
        options
            .engine()
            .withRetryWaits(Collections.nCopies(1_000, 50L))
            .withHealth(
                options.engine().health().toBuilder()
                    .breakerFailures(Integer.MAX_VALUE)
                    .disableAfterMillis(disableAfterMillis)
                    .build());
    return ServerFixture.manner(
        options.withEngine(engine),
        options
            .manner()
            .withAlerts(
                new AlertOptions(
                    mailbox.smtp(SmtpServer.Security.NONE, null, null),
                    "posthorn@example.com",
                    List.of("ops@example.com"),
                    receiver.url("/chat"),
                    null)));
  }

  private String application(ServerFixture server) {
    return server
        .api()
        .post(
            "/api/v1/app",
            "{\"name\":\"Acme"
                + " <b>\",\"metadata\":{\"alertEmail\":\"owner@acme.example\",\"alertUrl\":\""
                + receiver.url("/owner")
                + "\"}}")
        .expect(201)
        .id();
  }

  private String endpoint(ServerFixture server, String app, String path, String type) {
    server.api().put("/api/v1/event-type/" + type, "{\"description\":\"\"}").expect(201);
    return server
        .api()
        .post(
            "/api/v1/app/" + app + "/endpoint",
            "{\"url\":\"" + receiver.url(path) + "\",\"filterTypes\":[\"" + type + "\"]}")
        .expect(201)
        .id();
  }

  private static void send(ServerFixture server, String app, String type) {
    server
        .api()
        .post(
            "/api/v1/app/" + app + "/msg", "{\"eventType\":\"" + type + "\",\"payload\":{\"a\":1}}")
        .expect(202);
  }

  private List<JsonNode> received(String path) {
    return receiver.requests().stream()
        .filter(request -> request.path().equals(path))
        .map(ReceivedRequest::text)
        .map(MAPPER::readTree)
        .toList();
  }

  private long attempts() {
    return receiver.requests().stream().filter(one -> one.path().startsWith("/in")).count();
  }

  @Test
  void aFailingEndpointIsReportedTwiceAndOnceItIsDisabled() {
    try (ServerFixture server = start(HOUR)) {
      String app = application(server);
      String endpoint = endpoint(server, app, "/in?token=hidden", "a.b");
      endpoint(server, app, "/gone", "c.d");
      server
          .api()
          .post(
              "/api/v1/operational-webhook/endpoint",
              "{\"url\":\"" + receiver.url("/ops") + "\",\"eventTypes\":[\"endpoint.failing\"]}")
          .expect(201);
      send(server, app, "a.b");
      Await.until("it is tried", () -> attempts() > 0);
      FailingSince.set(server, endpoint, HOUR / 2); // it is tried again before the server listens
      Await.until("a warning by e-mail", () -> mailbox.all().size() == 2);
      Await.until("an operational webhook", () -> received("/ops").size() == 1);
      Await.until(
          "both chats know", () -> received("/chat").size() == 1 && received("/owner").size() == 1);

      FailingSince.set(server, endpoint, HOUR / 10 * 9);
      Await.until("two warnings", () -> mailbox.all().size() == 4);
      assertThat(mailbox.to("owner@acme.example"))
          .hasSize(2)
          .allSatisfy(
              mail ->
                  assertThat(mail.subject()).isEqualTo("Webhook endpoint at 127.0.0.1 is failing"))
          .allSatisfy(
              mail ->
                  assertThat(mail.text())
                      .contains(receiver.url("/in") + "\r\n", endpoint, "Acme <b> (" + app + ")")
                      .contains("/console#/endpoint/" + app + "/" + endpoint)
                      .contains("If that continues, it will be disabled on ")
                      .doesNotContain("hidden"))
          .extracting(Mailbox.Mail::id)
          .doesNotHaveDuplicates();
      assertThat(mailbox.to("ops@example.com")).hasSize(2);

      Await.until("an operational webhook each", () -> received("/ops").size() == 2);
      assertThat(received("/ops"))
          .extracting(event -> event.at("/data/percent").asInt())
          .containsExactlyInAnyOrder(50, 90);
      JsonNode first = received("/ops").getFirst();
      assertThat(first.get("type").asString()).isEqualTo("endpoint.failing");
      assertThat(first.at("/data/endpointId").asString()).isEqualTo(endpoint);
      assertThat(first.at("/data/disabledFrom").asString()).endsWith("Z");

      Await.until(
          "both chats", () -> received("/chat").size() == 2 && received("/owner").size() == 2);
      assertThat(received("/chat").getFirst().get("text").asString())
          .contains("Acme ‹b›", "No delivery to this endpoint has succeeded since ")
          .doesNotContain("hidden");

      server.restart();
      long before = attempts();
      Await.until("attempts after the restart", () -> attempts() > before + 3);
      send(server, app, "c.d");
      Await.until("the last alert", () -> mailbox.all().size() == 6);
      assertThat(mailbox.to("ops@example.com").getLast().text())
          .contains("This endpoint was disabled, because its receiver answered 410 Gone.");
      Await.until("in the chats, too", () -> received("/owner").size() == 3);
      assertThat(received("/chat")).as("no warning came again").hasSize(3);
      assertThat(received("/ops")).hasSize(2);
    }
  }

  @Test
  void anEndpointThatWasDisabledIsReportedOnce() {
    try (ServerFixture server = start(1_000)) {
      String app = application(server);
      String endpoint = endpoint(server, app, "/in?token=hidden", "a.b");
      send(server, app, "a.b");
      Await.until("it is disabled", () -> disabled("owner@acme.example") == 1);
      Await.until("everybody knows", () -> disabled("ops@example.com") == 1);
      assertThat(mailbox.to("ops@example.com").getLast().text())
          .contains("This endpoint was disabled: no delivery to this endpoint has succeeded since ")
          .contains(endpoint);
      assertThat(mailbox.to("ops@example.com")).hasSizeLessThanOrEqualTo(3);
    }
  }

  private long disabled(String address) {
    return mailbox.to(address).stream().filter(mail -> mail.subject().endsWith("disabled")).count();
  }

  @Test
  void aMailServerThatDoesNotWorkKeepsNothingElseFromBeingSent() {
    mailbox.close();
    try (ServerFixture server =
        ServerFixture.start(
            options -> {
              ServerOptions changed = options(options, HOUR);
              return ServerFixture.manner(
                  changed,
                  changed.manner().withAlerts(changed.manner().alerts().withWaits(List.of())));
            })) {
      String app = application(server);
      endpoint(server, app, "/gone", "c.d");
      endpoint(server, app, "/other", "a.b");
      send(server, app, "c.d");
      Await.until("the chat knows", () -> received("/chat").size() == 1);
      send(server, app, "a.b");
      Await.until("messages arrive", () -> received("/other").size() == 1);
    }
  }
}
