package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeliveryListenerTest extends ApiTest {
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
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.send("a.b", "{}");
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(disabled.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void oneThatBlocksKeepsNobodyWaiting() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(10);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(200));
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              blocked.countDown();
              awaitQuietly(end);
            }
          });
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              told.countDown();
            }
          });
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.send("a.b", "{}");
      assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 9; i++) {
        posthorn.send("a.b", "{}");
      }
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      end.countDown();
    }
  }

  @Test
  void anAttemptNamesItsApplicationAndEventTypeWhereverItIsShown() throws Exception {
    BlockingQueue<Attempt> told = new LinkedBlockingQueue<>();
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.addListener(adding(told));
      Application customer = posthorn.application("cust_1");
      Endpoint endpoint = customer.endpoints().add(NewEndpoint.of(receiver.url("/")));
      assertThat(endpoint.application()).isEqualTo(customer.id());
      Receipt receipt = customer.send("invoice.paid", "{}");
      List<Attempt> seen = new ArrayList<>();
      seen.add(next(told));
      seen.addAll(customer.messages().attempts(receipt.id()));
      seen.addAll(customer.endpoints().attempts(endpoint.id(), 10));
      seen.add(customer.endpoints().test(endpoint.id(), NewMessage.of("invoice.paid", "{}")));
      seen.add(next(told));
      assertThat(seen).hasSize(5).allSatisfy(attempt -> isOf(attempt, customer, "invoice.paid"));
    }
  }

  @Test
  void oneThatEndedWithoutAnExchangeDoesSoToo() throws Exception {
    BlockingQueue<Attempt> told = new LinkedBlockingQueue<>();
    String id;
    try (Posthorn posthorn = Posthorn.open(options())) {
      Application customer = posthorn.application("cust_1");
      customer.endpoints().add(NewEndpoint.of("https://example.com/"));
      id =
          customer
              .send(NewMessage.builder("invoice.paid", "{}").deliverIn(Duration.ofHours(1)).build())
              .id();
    }
    try (Posthorn posthorn = Posthorn.open(options())) { // now its payload is only in the store
      posthorn.addListener(adding(told));
      Application customer = posthorn.application("cust_1");
      assertThat(customer.messages().cancel(id)).isEqualTo(1);
      Attempt attempt = next(told);
      assertThat(attempt.state()).isEqualTo(DeliveryState.CANCELLED);
      isOf(attempt, customer, "invoice.paid");
    }
  }

  private static void isOf(Attempt attempt, Application application, String type) {
    assertThat(attempt.application()).isEqualTo(application.id());
    assertThat(attempt.eventType()).isEqualTo(type);
  }

  private static DeliveryListener adding(BlockingQueue<Attempt> told) {
    return new DeliveryListener() {
      @Override
      public void attempted(Attempt attempt) {
        told.add(attempt);
      }
    };
  }

  private static Attempt next(BlockingQueue<Attempt> told) throws InterruptedException {
    return Objects.requireNonNull(told.poll(20, TimeUnit.SECONDS), "nothing was told");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
