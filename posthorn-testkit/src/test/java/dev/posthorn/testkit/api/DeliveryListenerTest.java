package dev.posthorn.testkit.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Attempt;
import dev.posthorn.DeliveryListener;
import dev.posthorn.Endpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.concurrent.CountDownLatch;
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
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
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
      posthorn.endpoints().add(Endpoint.to(receiver.url("/")));
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

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
