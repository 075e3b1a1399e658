package dev.posthorn.testkit.api;

import static dev.posthorn.testkit.api.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Application;
import dev.posthorn.Attempt;
import dev.posthorn.Delivery;
import dev.posthorn.DeliveryListener;
import dev.posthorn.Endpoint;
import dev.posthorn.EventType;
import dev.posthorn.Message;
import dev.posthorn.MessagePage;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.RetrySchedule;
import dev.posthorn.error.Reason;
import dev.posthorn.signature.Signer;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.testkit.Await;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.wire.Framer;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.SigningSecret;
import dev.posthorn.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdministrationTest {
  @TempDir private Path folder;

  private PosthornOptions options() {
    return PosthornOptions.file(folder.resolve("webhooks.db"))
        .allowNetworks("127.0.0.0/8")
        .retrySchedule(RetrySchedule.of(Duration.ofMillis(20)));
  }

  private static void awaitState(Posthorn posthorn, Receipt receipt, DeliveryState wanted) {
    Await.until(
        wanted + " of " + receipt,
        () ->
            posthorn.messages().deliveries(receipt.id()).stream()
                .allMatch(delivery -> delivery.state() == wanted));
  }

  @Test
  void applicationsAreCreatedOnceFoundAgainAndRemoved() {
    String id;
    try (Posthorn posthorn = Posthorn.open(options())) {
      Application customer = posthorn.application("cust_1");
      id = customer.id();
      assertThat(posthorn.application("cust_1").id()).isEqualTo(id).startsWith("app_");
      assertThat(posthorn.applications())
          .extracting(Application::uid)
          .containsExactly("default", "cust_1");
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.applicationWithId(id).uid()).isEqualTo("cust_1");
      posthorn.removeApplication("cust_1");
      assertRefused(Reason.NOT_FOUND, "application", () -> posthorn.applicationWithId(id));
      assertRefused(Reason.INVALID, "default", () -> posthorn.removeApplication("default"));
    }
  }

  @Test
  void whatOneApplicationSendsStaysInIt() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      Receipt receipt = posthorn.application("other").send("a.b", "{}");
      assertThat(receipt.endpoints()).isEmpty();
      assertRefused(Reason.NOT_FOUND, "message", () -> posthorn.messages().get(receipt.id()));
      assertThat(posthorn.messages().list(null, 10).messages()).isEmpty();
    }
  }

  @Test
  void anUpdateChangesWhatItSetsAndLastsInTheFile() {
    String id;
    try (Posthorn posthorn = Posthorn.open(options())) {
      Endpoint before =
          posthorn
              .endpoints()
              .add(Endpoint.to("https://example.com/a").events("a.*").metadata("k", "v"));
      id = before.id();
      Endpoint after =
          posthorn
              .endpoints()
              .update(
                  id,
                  change ->
                      change
                          .url("https://example.com/b")
                          .rateLimit(7)
                          .ordered(true)
                          .timeout(Duration.ofSeconds(3))
                          .retrySchedule(RetrySchedule.of(Duration.ofSeconds(9)))
                          .channels("eu"));
      assertThat(after.url()).isEqualTo("https://example.com/b");
      assertThat(after.events()).containsExactly("a.*");
      assertThat(after.metadata()).containsEntry("k", "v");
      assertThat(after.policy())
          .isEqualTo(
              new Endpoint.Policy(
                  true,
                  7,
                  0,
                  Duration.ofSeconds(3),
                  RetrySchedule.of(Duration.ofSeconds(9)),
                  "standard"));
      assertRefused(
          Reason.INVALID,
          "rotateSecret",
          () -> posthorn.endpoints().update(id, change -> change.secret("whsec_x")));
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.endpoints().get(id).policy().rateLimit()).isEqualTo(7);
      assertThat(posthorn.endpoints().get(id).channels()).containsExactly("eu");
    }
  }

  @Test
  void headersOfAnEndpointAreSentAndCanBeReplaced() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint =
          posthorn.endpoints().add(Endpoint.to(receiver.url("/")).header("X-Team", "one"));
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      posthorn.endpoints().changeHeaders(endpoint.id(), Map.of("X-Team", "two"));
      assertThat(posthorn.endpoints().headers(endpoint.id())).containsEntry("X-Team", "two");
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(2);
      assertThat(receiver.requests())
          .extracting(request -> request.header("x-team"))
          .containsExactly("one", "two");
      assertRefused(
          Reason.INVALID,
          "webhook-id",
          () -> posthorn.endpoints().changeHeaders(endpoint.id(), Map.of("webhook-id", "x")));
    }
  }

  @Test
  void eventTypesAreKeptListedAndArchived() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      posthorn.eventTypes().put("invoice.paid", "An invoice was paid", "{\"type\":\"object\"}");
      posthorn.eventTypes().put("a.b", "");
      posthorn.eventTypes().archive("a.b");
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.eventTypes().list())
          .extracting(EventType::name, EventType::archived)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("a.b", true),
              org.assertj.core.groups.Tuple.tuple("invoice.paid", false));
      assertThat(posthorn.eventTypes().put("a.b", "again").archived()).isFalse();
      posthorn.eventTypes().remove("a.b");
      assertRefused(Reason.NOT_FOUND, "name", () -> posthorn.eventTypes().get("a.b"));
      assertRefused(Reason.INVALID, "schema", () -> posthorn.eventTypes().put("a", "", "{"));
      assertRefused(Reason.INVALID, "name", () -> posthorn.eventTypes().put("a b", ""));
    }
  }

  @Test
  void messagesAreListedInPagesNewestFirst() {
    List<String> sent = new ArrayList<>();
    try (Posthorn posthorn = Posthorn.open(options())) {
      for (int i = 0; i < 7; i++) {
        sent.add(0, posthorn.send(i % 2 == 0 ? "even" : "odd", Integer.toString(i)).id());
      }
      List<String> listed = new ArrayList<>();
      String after = null;
      do {
        MessagePage page = posthorn.messages().list(after, 3);
        assertThat(page.messages()).hasSizeLessThanOrEqualTo(3);
        page.messages().forEach(message -> listed.add(message.id()));
        after = page.next();
      } while (after != null);
      assertThat(listed).isEqualTo(sent);
      assertThat(posthorn.messages().list(null, 10, "odd").messages())
          .extracting(Message::type)
          .containsOnly("odd")
          .hasSize(3);
    }
  }

  @Test
  void aDeliveryAndItsAttemptsCanBeReadBack() {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(calls.incrementAndGet() == 1 ? 500 : 200));
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint = posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      Delivery delivery = posthorn.messages().deliveries(receipt.id()).get(0);
      assertThat(delivery.id()).startsWith("dlv_");
      assertThat(delivery.endpoint()).isEqualTo(endpoint.id());
      assertThat(delivery.attempts()).isEqualTo(2);
      List<Attempt> attempts = posthorn.messages().attempts(receipt.id());
      assertThat(attempts).extracting(Attempt::kind).containsOnly(AttemptKind.SCHEDULED);
      assertThat(attempts.get(0).id()).startsWith("atmpt_");
      assertThat(posthorn.endpoints().attempts(endpoint.id(), 10))
          .containsExactlyInAnyOrderElementsOf(attempts);
    }
  }

  @Test
  void aReplayedDeliveryWaitsAgain() {
    AtomicInteger status = new AtomicInteger(200);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn =
            Posthorn.open(options().retrySchedule(RetrySchedule.of(Duration.ofHours(1))))) {
      Endpoint endpoint = posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      status.set(500);
      assertThat(posthorn.messages().replay(receipt.id(), endpoint.id())).isTrue();
      receiver.awaitRequests(2);
      Instant soon = Instant.now().plusSeconds(600);
      Await.until(
          "the next attempt is in an hour",
          () -> {
            Delivery delivery = posthorn.messages().deliveries(receipt.id()).get(0);
            Instant next = delivery.next();
            return delivery.state() == DeliveryState.WAITING && next != null && next.isAfter(soon);
          });
      assertThat(posthorn.messages().replay(receipt.id(), endpoint.id())).isFalse();
    }
  }

  @Test
  void manyReplaysOfFailuresAtTheSameTimeAllEnd() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = Posthorn.open(options().retrySchedule(RetrySchedule.of()))) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        endpoints.add(posthorn.endpoints().add(Endpoint.to(receiver.url("/" + i))));
      }
      Receipt one = posthorn.send("a.b", "{}");
      Receipt two = posthorn.send("a.b", "{}");
      awaitState(posthorn, one, DeliveryState.FAILED);
      awaitState(posthorn, two, DeliveryState.FAILED);
      status.set(200);
      List<CompletableFuture<Integer>> replays = new ArrayList<>();
      for (Endpoint endpoint : endpoints) {
        replays.add(
            CompletableFuture.supplyAsync(
                () -> posthorn.endpoints().replayFailed(endpoint.id(), Instant.EPOCH),
                task -> Thread.ofVirtual().start(task)));
      }
      for (CompletableFuture<Integer> replay : replays) {
        assertThat(replay.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      }
      awaitState(posthorn, one, DeliveryState.SUCCEEDED);
      awaitState(posthorn, two, DeliveryState.SUCCEEDED);
    }
  }

  @Test
  void listenersAreToldAndOneThatFailsDoesNoHarm() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch disabled = new CountDownLatch(1);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(410));
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              throw new IllegalStateException("a listener's own trouble");
            }
          });
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              told.countDown();
            }

            @Override
            public void disabled(Endpoint endpoint) {
              disabled.countDown();
            }
          });
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      posthorn.send("a.b", "{}");
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(disabled.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aMessageCanBeSentWithoutWaiting() throws Exception {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      Receipt receipt = posthorn.sendAsync("a.b", Map.of("n", 1)).get(10, TimeUnit.SECONDS);
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      assertThat(posthorn.sendAsync("a.b", "{")).isCompletedExceptionally();
    }
  }

  @Test
  void bytesAreSentAsTheyAreUnderTheirMediaType() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      byte[] json = "{ \"a\" : 1 }".getBytes(StandardCharsets.UTF_8);
      byte[] other = {0, 1, 2, -1};
      posthorn.send("a.b", json);
      receiver.awaitRequests(1);
      posthorn.send(NewMessage.ofBytes("a.b", other, "application/octet-stream"));
      receiver.awaitRequests(2);
      assertThat(receiver.requests().get(0).body()).isEqualTo(json);
      assertThat(receiver.requests().get(0).header("content-type")).isEqualTo("application/json");
      assertThat(receiver.requests().get(1).body()).isEqualTo(other);
      assertThat(receiver.requests().get(1).header("content-type"))
          .isEqualTo("application/octet-stream");
    }
  }

  @Test
  void aMessageThatExpiresBeforeItCanBeDeliveredFails() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500));
        Posthorn posthorn =
            Posthorn.open(options().retrySchedule(RetrySchedule.of(Duration.ofSeconds(30))))) {
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      Receipt receipt =
          posthorn.send(NewMessage.of("a.b", "{}").expiresAt(Instant.now().plusSeconds(5)));
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void anEndpointWhoseWireFormatIsNotThereHoldsItsDeliveriesAndNobodyElses() {
    WireFormat plain = new PlainFormat();
    Receipt held;
    try (Receiver receiver = Receiver.start()) {
      try (Posthorn posthorn = Posthorn.open(options().wireFormat(plain))) {
        posthorn.endpoints().add(Endpoint.to(receiver.url("/plain")).wireFormat("plain"));
      }
      try (Posthorn posthorn = Posthorn.open(options())) {
        posthorn.endpoints().add(Endpoint.to(receiver.url("/standard")));
        held = posthorn.send("a.b", "{}");
        receiver.awaitRequests(1);
        assertThat(receiver.requests().get(0).path()).isEqualTo("/standard");
      }
      try (Posthorn posthorn = Posthorn.open(options().wireFormat(plain))) {
        awaitState(posthorn, held, DeliveryState.SUCCEEDED);
        assertThat(receiver.count()).isEqualTo(2);
      }
    }
  }

  @Test
  void aWireFormatThatFailsFailsItsEndpointAlone() {
    WireFormat failing =
        new PlainFormat() {
          @Override
          public String generateSecret() {
            throw new IllegalStateException("no randomness today");
          }
        };
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options().wireFormat(failing))) {
      assertRefused(
          Reason.STORE_FAILED,
          "no randomness today",
          () -> posthorn.endpoints().add(Endpoint.to(receiver.url("/")).wireFormat("plain")));
      assertThat(posthorn.endpoints().list()).isEmpty();
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
      awaitState(posthorn, posthorn.send("a.b", "{}"), DeliveryState.SUCCEEDED);
    }
  }

  private static class PlainFormat implements WireFormat {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public Framer framer(List<SigningSecret> secrets, List<Header> headers) {
      return (id, type, contentType, millis, body) -> new String[] {"x-id", id};
    }

    @Override
    public void check(String secret) {
      var unused = Signer.of(secret);
    }

    @Override
    public String generateSecret() {
      return "";
    }
  }
}
