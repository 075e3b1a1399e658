package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest extends ApiTest {
  @Test
  void anUpdateChangesWhatItSetsAndLastsInTheFile() {
    String id;
    try (Posthorn posthorn = Posthorn.open(options())) {
      Endpoint before =
          posthorn
              .endpoints()
              .add(
                  NewEndpoint.builder("https://example.com/a")
                      .events("a.*")
                      .metadata("k", "v")
                      .build());
      id = before.id();
      Endpoint after =
          posthorn
              .endpoints()
              .update(
                  id,
                  EndpointUpdate.builder()
                      .url("https://example.com/b")
                      .rateLimit(7)
                      .ordered(true)
                      .timeout(Duration.ofSeconds(3))
                      .retrySchedule(RetrySchedule.of(Duration.ofSeconds(9)))
                      .channels("eu")
                      .build());
      assertThat(after.url()).isEqualTo("https://example.com/b");
      assertThat(after.events()).containsExactly("a.*");
      assertThat(after.metadata()).containsEntry("k", "v");
      assertThat(after.settings().ordered()).isTrue();
      assertThat(after.settings().rateLimit()).isEqualTo(7);
      assertThat(after.settings().concurrency()).isZero();
      assertThat(after.settings().timeout()).isEqualTo(Duration.ofSeconds(3));
      assertThat(after.settings().retrySchedule())
          .isEqualTo(RetrySchedule.of(Duration.ofSeconds(9)));
      assertThat(after.settings().wireFormat()).isEqualTo("standard");
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.endpoints().get(id).settings().rateLimit()).isEqualTo(7);
      assertThat(posthorn.endpoints().get(id).channels()).containsExactly("eu");
    }
  }

  @Test
  void anUpdateCanBeReadBackComparedAndContinued() {
    EndpointUpdate empty = EndpointUpdate.builder().build();
    EndpointUpdate update =
        EndpointUpdate.builder().url("https://example.com/?t=1").ordered(false).channels().build();
    assertThat(empty.values()).isEmpty();
    assertThat(update.values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("url", "https://example.com/?t=1", "ordered", false, "channels", List.of()));
    assertThat(empty).hasToString("EndpointUpdate[]");
    assertThat(update)
        .hasToString("EndpointUpdate[url=https://example.com/?…, ordered=false, channels=[]]");
    assertThat(update.toBuilder().build()).isEqualTo(update).hasSameHashCodeAs(update);
    assertThat(update.toBuilder().rateLimit(0).build().values()).containsEntry("rateLimit", 0);
    assertThat(update.values()).as("a built update never changes").doesNotContainKey("rateLimit");
    assertThat(update).isNotEqualTo(empty);
  }

  @Test
  void updatesOfDifferentSettingsAtTheSameTimeAllCount() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      Endpoints endpoints = posthorn.endpoints();
      String id = endpoints.add(NewEndpoint.of("https://example.com/")).id();
      List<EndpointUpdate> updates =
          List.of(
              EndpointUpdate.builder().rateLimit(7).build(),
              EndpointUpdate.builder().channels("eu").build(),
              EndpointUpdate.builder().events("a.*").build(),
              EndpointUpdate.builder().metadata(Map.of("k", "v")).build());
      updates.parallelStream().forEach(update -> endpoints.update(id, update));
      Endpoint after = endpoints.get(id);
      assertThat(after.settings().rateLimit()).isEqualTo(7);
      assertThat(after.channels()).containsExactly("eu");
      assertThat(after.events()).containsExactly("a.*");
      assertThat(after.metadata()).containsExactly(Map.entry("k", "v"));
    }
  }

  @Test
  void theUrlThatIsShownIsTheOneThatRequestsGoTo() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/a b?c={d}")));
      assertThat(endpoint.url()).isEqualTo(receiver.url("/a%20b?c=%7Bd%7D"));
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      Endpoint moved =
          posthorn
              .endpoints()
              .update(endpoint.id(), EndpointUpdate.builder().url(receiver.url("/[e]")).build());
      assertThat(moved.url()).isEqualTo(receiver.url("/%5Be%5D"));
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(2);
      assertThat(receiver.requests())
          .extracting(ReceivedRequest::path)
          .containsExactly("/a%20b?c=%7Bd%7D", "/%5Be%5D");
    }
  }

  @Test
  void headersOfAnEndpointAreSentAndCanBeReplaced() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/")).header("X-Team", "one").build());
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      posthorn.endpoints().updateHeaders(endpoint.id(), Map.of("X-Team", "two"));
      assertThat(posthorn.endpoints().headers(endpoint.id())).containsEntry("X-Team", "two");
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(2);
      assertThat(receiver.requests())
          .extracting(request -> request.header("x-team"))
          .containsExactly("one", "two");
      assertRefused(
          Reason.INVALID,
          "webhook-id",
          () -> posthorn.endpoints().updateHeaders(endpoint.id(), Map.of("webhook-id", "x")));
    }
  }

  @Test
  void aPrivateKeySignsAndThePublicOneIsShown() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      String key = Keys.generateSigningKey();
      Endpoint endpoint =
          posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/")).secret(key).build());
      String shown = posthorn.endpoints().secret(endpoint.id());
      assertThat(shown).isEqualTo(Keys.publicKeyOf(key));
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      ReceivedRequest request = receiver.requests().get(0);
      assertThat(Verifier.of(shown).verify(request::header, request.body()).id()).isNotEmpty();
      String other = Keys.generateSigningKey();
      assertThat(posthorn.endpoints().rotateSecret(endpoint.id(), other, Duration.ZERO))
          .isEqualTo(Keys.publicKeyOf(other));
    }
  }

  @Test
  void anEndpointIsFoundByItsUid() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      Endpoint added =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder("https://example.com/").uid("accounting").build());
      assertThat(posthorn.endpoints().find("accounting")).contains(added);
      assertThat(posthorn.endpoints().find("other")).isEmpty();
      assertThat(posthorn.application("other").endpoints().find("accounting")).isEmpty();
      assertRefused(Reason.INVALID, "uid", () -> posthorn.endpoints().find(""));
    }
  }
}
