package dev.posthorn.server.endpointalert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.endpointalert.AlertChannel.AlertException;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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
          "https://hooks.example/console#/endpoint/app_1/ep_1");

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

  private static AlertQueue queue(AlertChannel channel, int capacity) {
    return new AlertQueue(channel, 1, WAITS, capacity);
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
      queue.add("b", ALERT);
      queue.add("c", ALERT);
      assertThat(queue.dropped()).isEqualTo(1);
      stuck.countDown();
      Await.until("both are sent", () -> queue.sent() == 2);
      queue.add("d", ALERT);
      Await.until("one more", () -> queue.sent() == 3);
      assertThat(queue.dropped()).isEqualTo(1);
    }
  }

  @Test
  void whatWaitsAtTheStopIsDropped() {
    AlertQueue queue =
        new AlertQueue(
            new Tries() {
              @Override
              public void send(String to, EndpointAlert alert) throws AlertException {
                tries.incrementAndGet();
                throw new AlertException("busy", false);
              }
            },
            1,
            List.of(Duration.ofHours(1)),
            10);
    queue.add("a", ALERT);
    Await.until("it waits for another try", () -> queue.waiting() == 1);
    queue.close();
    queue.add("b", ALERT);
    assertThat(queue.dropped()).isEqualTo(2);
    assertThat(queue.sent() + queue.failed()).isZero();
  }
}
