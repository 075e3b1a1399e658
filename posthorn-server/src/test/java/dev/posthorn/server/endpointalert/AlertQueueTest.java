package dev.posthorn.server.endpointalert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.endpointalert.AlertChannel.AlertException;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AlertQueueTest {
  static final EndpointAlert ALERT =
      new EndpointAlert(
          EndpointAlert.Kind.HALF,
          "ep_1",
          "https://acme.example/hooks",
          "Acme (app_1)",
          90_000_000,
          3_600_000,
          176_400_000,
          () -> "https://hooks.example/console#/endpoint/app_1/ep_1");

  private static final List<Duration> WAITS = List.of(Duration.ofMillis(1), Duration.ofMillis(2));

  /** Sends nothing, and counts the tries. */
  private static class Tries implements AlertChannel {
    final AtomicInteger tries = new AtomicInteger();

    @Override
    public String name() {
      return "test";
    }

    @Override
    public void send(String to, EndpointAlert alert) throws AlertException, InterruptedException {
      tries.incrementAndGet();
    }
  }

  private static AlertQueue queue(AlertChannel channel, int each) {
    return queue(channel, WAITS, new AlertQueue.Room(1, each, 100));
  }

  private static AlertQueue queue(
      AlertChannel channel, List<Duration> waits, AlertQueue.Room room) {
    AlertQueue queue = new AlertQueue(channel, waits, room);
    queue.begin();
    return queue;
  }

  @Test
  void anAlertIsTriedUntilItIsAccepted() {
    Tries channel =
        new Tries() {
          @Override
          public void send(String to, EndpointAlert alert) throws AlertException {
            if (tries.incrementAndGet() < 3) {
              throw new AlertException("busy", false);
            }
          }
        };
    try (AlertQueue queue = queue(channel, 10)) {
      queue.add("a", ALERT);
      Await.until("sent", () -> queue.sent() == 1);
      assertThat(channel.tries).hasValue(3);
      assertThat(queue.failed() + queue.dropped()).isZero();
    }
  }

  @Test
  void triesEnd() {
    for (boolean forGood : new boolean[] {true, false}) {
      Tries channel =
          new Tries() {
            @Override
            public void send(String to, EndpointAlert alert) throws AlertException {
              tries.incrementAndGet();
              throw new AlertException("no", forGood);
            }
          };
      try (AlertQueue queue = queue(channel, 10)) {
        queue.add("a", ALERT);
        Await.until("failed", () -> queue.failed() == 1);
        assertThat(channel.tries).hasValue(forGood ? 1 : 1 + WAITS.size());
      }
    }
  }

  @Test
  void aDefectCostsNoOtherAlert() {
    Tries channel =
        new Tries() {
          @Override
          public void send(String to, EndpointAlert alert) {
            if (tries.incrementAndGet() == 1) {
              throw new NoClassDefFoundError("planted");
            }
          }
        };
    try (AlertQueue queue = queue(channel, 10)) {
      queue.add("a", ALERT);
      queue.add("b", ALERT);
      Await.until("the other is sent", () -> queue.sent() == 1);
      assertThat(queue.failed()).isEqualTo(1);
    }
  }

  @Test
  void addingNeverWaitsAndRoomComesBack() {
    CountDownLatch stuck = new CountDownLatch(1);
    Tries channel =
        new Tries() {
          @Override
          public void send(String to, EndpointAlert alert) throws InterruptedException {
            stuck.await();
          }
        };
    try (AlertQueue queue = queue(channel, 2)) {
      queue.add("a", ALERT);
      queue.add("a", ALERT);
      queue.add("a", ALERT);
      assertThat(queue.dropped()).isEqualTo(1);
      stuck.countDown();
      Await.until("both are sent", () -> queue.sent() == 2);
      queue.add("a", ALERT);
      Await.until("one more", () -> queue.sent() == 3);
      assertThat(queue.dropped()).isEqualTo(1);
    }
  }

  @Test
  void aRecipientThatDoesNotAnswerCostsOthersNothing() {
    CountDownLatch stuck = new CountDownLatch(1);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Tries channel =
        new Tries() {
          @Override
          public void send(String to, EndpointAlert alert) throws InterruptedException {
            if (to.equals("slow")) {
              most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
              stuck.await();
              atOnce.decrementAndGet();
            }
          }
        };
    try (AlertQueue queue = queue(channel, WAITS, new AlertQueue.Room(2, 3, 4))) {
      for (int i = 0; i < 5; i++) {
        queue.add("slow", ALERT);
      }
      assertThat(queue.dropped()).as("its own overflow").isEqualTo(2);
      for (int i = 1; i <= 4; i++) {
        queue.add("other", ALERT);
        int number = i;
        Await.until("the other one has it", () -> queue.sent() == number);
      }
      assertThat(queue.dropped()).isEqualTo(2);
      stuck.countDown();
      Await.until("all are sent", () -> queue.sent() == 7);
      assertThat(most).as("tries of one recipient at once").hasValue(1);
    }
  }

  @Test
  void whoeverHasNoAlertYetMayHaveOneIfAllPlacesAreTaken() {
    AlertQueue queue = new AlertQueue(new Tries(), WAITS, new AlertQueue.Room(1, 10, 3));
    for (String to : new String[] {"a", "a", "a", "a", "b", "b"}) {
      queue.add(to, ALERT);
    }
    assertThat(queue.dropped()).isEqualTo(2);
    queue.close();
  }

  @Test
  void nothingIsSentBeforeItBeginsAndNothingIsLost() {
    AtomicReference<String> page = new AtomicReference<>();
    EndpointAlert early =
        new EndpointAlert(
            EndpointAlert.Kind.HALF,
            "ep_1",
            "https://acme.example/",
            "Acme (app_1)",
            90_000_000,
            3_600_000,
            176_400_000,
            () -> Objects.requireNonNull(page.get()));
    List<String> bodies = new CopyOnWriteArrayList<>();
    Tries channel =
        new Tries() {
          @Override
          public void send(String to, EndpointAlert alert) {
            bodies.add(AlertText.body(alert));
          }
        };
    try (AlertQueue queue = new AlertQueue(channel, WAITS, new AlertQueue.Room(1, 10, 10))) {
      queue.add("a", early);
      queue.add("a", early);
      assertThat(queue.waiting()).isZero();
      page.set("https://hooks.example/known-later");
      queue.begin();
      Await.until("both are sent", () -> queue.sent() == 2);
      assertThat(bodies).hasSize(2).allSatisfy(body -> assertThat(body).contains("known-later"));
    }
  }

  @Test
  void whatWaitsAtTheStopIsDropped() {
    AlertQueue queue =
        queue(
            new Tries() {
              @Override
              public void send(String to, EndpointAlert alert) throws AlertException {
                tries.incrementAndGet();
                throw new AlertException("busy", false);
              }
            },
            List.of(Duration.ofHours(1)),
            new AlertQueue.Room(1, 10, 10));
    queue.add("a", ALERT);
    Await.until("it waits for another try", () -> queue.waiting() == 1);
    queue.close();
    queue.add("b", ALERT);
    assertThat(queue.dropped()).isEqualTo(2);
    assertThat(queue.sent() + queue.failed()).isZero();
  }
}
