package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Receiver;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ApplicationsTest extends ApiTest {
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
  void thoseWhoNameANewApplicationAtTheSameTimeGetTheSame() throws Exception {
    int threads = 8;
    try (Posthorn posthorn = Posthorn.open(options());
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 20; round++) {
        String uid = "customer-" + round;
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<String> first =
            () -> {
              start.await();
              return posthorn.application(uid).id();
            };
        Set<String> ids = new HashSet<>();
        for (Future<String> id : executor.invokeAll(Collections.nCopies(threads, first))) {
          ids.add(id.get());
        }
        assertThat(ids).hasSize(1);
      }
    }
  }

  @Test
  void whatOneApplicationSendsStaysInIt() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.application("other").send("a.b", "{}");
      assertThat(receipt.endpoints()).isEmpty();
      assertThat(receipt.matchedNoEndpoint()).isTrue();
      assertThat(posthorn.send("a.b", "{}").matchedNoEndpoint()).isFalse();
      assertRefused(Reason.NOT_FOUND, "message", () -> posthorn.messages().get(receipt.id()));
      assertThat(posthorn.messages().list(null, 10).messages()).hasSize(1);
    }
  }

  @Test
  void anApplicationHasANameAndNotesThatLast() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      Application customer = posthorn.application("cust_1");
      assertThat(customer.name()).isEqualTo("cust_1");
      assertThat(customer.metadata()).isEmpty();
      customer.rename("Ada & Sons");
      customer.updateMetadata(Map.of("plan", "gold"));
      assertRefused(Reason.INVALID, "name", () -> customer.rename(""));
      assertRefused(
          Reason.INVALID, "metadata", () -> customer.updateMetadata(Map.of("k", "v".repeat(501))));
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      Application customer = posthorn.application("cust_1");
      assertThat(customer.name()).isEqualTo("Ada & Sons");
      assertThat(customer.metadata()).containsExactly(Map.entry("plan", "gold"));
      posthorn.removeApplication("cust_1");
      assertRefused(Reason.NOT_FOUND, "application", customer::name);
      assertRefused(Reason.NOT_FOUND, "application", () -> customer.rename("again"));
    }
  }
}
