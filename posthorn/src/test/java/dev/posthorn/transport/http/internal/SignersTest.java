package dev.posthorn.transport.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.transport.TlsIdentity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignersTest {
  @Test
  void aCertificateWithManyHandshakesLetsOthersHaveTheirTurn() throws Exception {
    TlsIdentity busy = new TlsIdentity("busy", null);
    TlsIdentity other = new TlsIdentity("other", null);
    CountDownLatch both = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(8);
    List<String> order = new CopyOnWriteArrayList<>();
    try (Signers signers = new Signers()) {
      for (int i = 0; i < 2; i++) { // both threads are busy
        signers
            .of(busy)
            .execute(
                () -> {
                  both.countDown();
                  await(release);
                });
      }
      assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 7; i++) {
        signers.of(busy).execute(() -> add(order, "busy", done));
      }
      signers.of(other).execute(() -> add(order, "other", done));
      release.countDown();
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(order.indexOf("other")).isLessThanOrEqualTo(3);
  }

  @Test
  void whatNoThreadCouldBeHadForIsSignedWithTheNext() throws Exception {
    AtomicInteger refused = new AtomicInteger(2);
    CountDownLatch done = new CountDownLatch(3);
    ThreadFactory threads =
        task -> {
          if (refused.getAndDecrement() > 0) {
            throw new InternalError("no thread");
          }
          return new Thread(task);
        };
    try (Signers signers = new Signers(threads)) {
      for (int i = 0; i < 3; i++) {
        signers.of(new TlsIdentity("any", null)).execute(done::countDown);
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void add(List<String> order, String name, CountDownLatch done) {
    order.add(name);
    done.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
