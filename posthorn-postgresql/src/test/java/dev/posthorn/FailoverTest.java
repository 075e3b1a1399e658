package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.postgresql.store.ServerWithStandby;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A database server crashes, and its standby is promoted. With synchronous replication, nothing is
 * lost; without it, what the standby had not received, and nothing else.
 */
@ExtendWith(PostgresqlExtension.class) // where no server can run, this is skipped too
class FailoverTest {
  private static final int SOME = 30;
  private static final String ACME = "acme";
  private static final String GLOBEX = "globex";

  private final List<Posthorn> open = new ArrayList<>();
  private ServerWithStandby servers;
  private Receiver receiver;

  @BeforeEach
  void start() throws Exception {
    servers = ServerWithStandby.start();
    receiver = Receiver.start();
  }

  @AfterEach
  void stop() {
    open.forEach(Posthorn::close);
    receiver.close();
    servers.close();
  }

  private Posthorn open(String url, boolean single) {
    Posthorn posthorn =
        Posthorn.open(
            PosthornOptions.builder(
                    PostgresqlOptions.builder(url)
                        .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                        .readers(2)
                        .listReaders(1)
                        .singleOwner(single)
                        .build())
                .secretKey(SendingProcess.KEY)
                .sendTimeout(Duration.ofSeconds(1))
                .allowNetworks("127.0.0.0/8")
                .build());
    open.add(posthorn);
    return posthorn;
  }

  private Set<String> received() {
    return Set.copyOf(SharedInstances.received(receiver));
  }

  // ---- synchronous -----------------------------------------------------------------------------

  @Test
  void nothingThatWasAcceptedIsLostIfTheStandbyIsSynchronous() throws Exception {
    servers.replicateSynchronously();
    Posthorn one = open(servers.url(), false);
    Posthorn two = open(servers.url(), false);
    for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
      one.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
    }
    SharedInstances.awaitOwners(servers.database(), 2);
    try (Sender first = new Sender(number -> SendingProcess.send(one, number));
        Sender second = new Sender(number -> SendingProcess.send(two, number))) {
      first.awaitMore(SOME);
      second.awaitMore(SOME);
      servers.failOver();
      first.awaitMore(SOME);
      second.awaitMore(SOME);
      first.stop();
      second.stop();
      Set<String> accepted = new HashSet<>(first.accepted());
      accepted.addAll(second.accepted());
      Await.until("all was delivered", () -> received().containsAll(accepted));
    }
    SharedInstances.awaitOwners(servers.promoted(), 2);
    assertThat(open).allMatch(posthorn -> posthorn.health().isReady());
  }

  // ---- asynchronous ----------------------------------------------------------------------------

  private static Endpoint endpoint(Posthorn posthorn, String application) {
    return posthorn.application(application).endpoints().list().getFirst();
  }

  private static boolean isDelivered(Posthorn posthorn, String application, String id) {
    return posthorn.application(application).messages().get(id).deliveries().values().stream()
        .allMatch(DeliveryState.SUCCEEDED::equals);
  }

  private static void awaitDelivered(Posthorn posthorn, String application, String id) {
    Await.until(id + " is delivered", () -> isDelivered(posthorn, application, id));
  }

  /** Sends a message once the database takes it, and waits until it is delivered. */
  private static String awaitSent(Posthorn posthorn, String application) {
    List<String> sent = new ArrayList<>();
    Await.until(
        "it accepts messages",
        () -> {
          try {
            sent.add(posthorn.application(application).send("invoice.paid", "{}").id());
            return true;
          } catch (PosthornException e) {
            assertThat(e.reason()).isIn(Reason.STORE_FAILED, Reason.UNKNOWN, Reason.OVERLOADED);
            return false;
          }
        });
    awaitDelivered(posthorn, application, sent.getFirst());
    return sent.getFirst();
  }

  private static void assertUnknown(Posthorn posthorn, String application, String id) {
    assertThatThrownBy(() -> posthorn.application(application).messages().get(id))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
  }

  /**
   * An endpoint is resumed, and what waits for it is delivered; then the standby takes over, and
   * has received nothing of that.
   */
  private void assertOnlyWhatTheStandbyHadNotReceivedIsLost(boolean single) throws Exception {
    Posthorn one = open(servers.url(), single);
    Posthorn other = single ? one : open(servers.url(), false);
    SharedInstances.awaitOwners(servers.database(), open.size());
    one.application(GLOBEX).endpoints().add(NewEndpoint.of(receiver.url("/")));
    Endpoint paused = one.application(ACME).endpoints().add(NewEndpoint.of(receiver.url("/")));
    one.application(ACME).endpoints().pause(paused.id());
    String waiting = one.application(ACME).send("invoice.paid", "{}").id();
    String kept = awaitSent(other, GLOBEX);

    servers.cutReplication();
    other.application(ACME).endpoints().resume(paused.id());
    awaitDelivered(one, ACME, waiting);
    String lost = awaitSent(one, GLOBEX);
    one.application(GLOBEX).endpoints().add(NewEndpoint.of(receiver.url("/lost")));
    servers.failOver();

    for (Posthorn posthorn : open) {
      awaitSent(posthorn, GLOBEX);
      assertThat(isDelivered(posthorn, GLOBEX, kept)).isTrue();
      assertUnknown(posthorn, GLOBEX, lost);
      Await.until("paused again", () -> endpoint(posthorn, ACME).state() == Endpoint.State.PAUSED);
      assertThat(posthorn.application(GLOBEX).endpoints().list()).hasSize(1);
      assertThat(isDelivered(posthorn, ACME, waiting)).isFalse();
    }
    other.application(ACME).endpoints().resume(paused.id());
    awaitDelivered(one, ACME, waiting);
    SharedInstances.awaitOwners(servers.promoted(), open.size());
    assertThat(open).allMatch(posthorn -> posthorn.health().isReady());
  }

  @Test
  void onlyWhatTheStandbyHadNotReceivedIsLost() throws Exception {
    assertOnlyWhatTheStandbyHadNotReceivedIsLost(false);
  }

  @Test
  void aSingleOwnerBeginsAnewWithWhatTheStandbyHadReceived() throws Exception {
    assertOnlyWhatTheStandbyHadNotReceivedIsLost(true);
  }

  /** The version of the settings is the same number before and after, but not the same settings. */
  @Test
  void settingsThatWereLostAreForgottenEvenIfOthersHaveChangedAsMuchSince() throws Exception {
    try (DatabaseProxy proxy = servers.proxy()) {
      Posthorn one = open(servers.url(), false);
      one.application(ACME).endpoints().add(NewEndpoint.of(receiver.url("/")));
      String id = endpoint(one, ACME).id();
      Posthorn two = open(servers.urlThrough(proxy), false);
      awaitSent(two, ACME);
      servers.cutReplication();
      one.application(ACME).endpoints().pause(id);
      Await.until("it knows", () -> endpoint(two, ACME).state() == Endpoint.State.PAUSED);
      proxy.refuse(true);
      servers.failOver();
      Await.until(
          "the first one changes something",
          () -> {
            try {
              one.application(ACME)
                  .endpoints()
                  .update(id, EndpointUpdate.builder().description("new").build());
              return true;
            } catch (PosthornException e) {
              return false;
            }
          });
      proxy.refuse(false);
      awaitSent(two, ACME);
      assertThat(endpoint(two, ACME).state()).isEqualTo(Endpoint.State.ENABLED);
      assertThat(endpoint(two, ACME).description()).isEqualTo("new");
    }
  }
}
