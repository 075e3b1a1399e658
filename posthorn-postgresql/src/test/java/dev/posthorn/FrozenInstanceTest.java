package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A process that shares a schema is stopped by the system for longer than its lease, while much
 * waits in its memory, and goes on.
 */
@ExtendWith(PostgresqlExtension.class)
@DisabledOnOs(OS.WINDOWS)
class FrozenInstanceTest {
  private static final int MESSAGES = 10 * SendingProcess.APPLICATIONS;

  private final CountDownLatch answering = new CountDownLatch(1);

  /** Answers nothing before it may. */
  private Answer answer() {
    try {
      answering.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.status(200);
  }

  private static void awaitShares(TestDatabase database, String shares) {
    Await.until(
        "owners with " + shares,
        () ->
            database
                .query(
                    "SELECT string_agg(share::text, ' ') FROM (SELECT count(*) AS share FROM"
                        + " posthorn.assignment WHERE node IS NOT NULL GROUP BY node) AS all_of")
                .equals(List.of(shares)));
  }

  @Test
  void whatWaitsInItIsDeliveredByOthersAndNotOnceMoreWhenItGoesOn(TestDatabase database)
      throws Exception {
    try (Receiver receiver = Receiver.answering(request -> answer());
        Posthorn here = SendingProcess.open(database.url());
        AskedProcess there = AskedProcess.start(database.url())) {
      for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
        here.application("customer-" + i)
            .endpoints()
            .add(NewEndpoint.builder(receiver.url("/")).concurrency(1).build());
      }
      awaitShares(database, "128 128");
      List<String> sent = new ArrayList<>(there.send(MESSAGES));
      for (int i = 0; i < MESSAGES; i++) {
        sent.add(SendingProcess.send(here, i));
      }
      Await.until(
          "each endpoint has a request", () -> receiver.count() == SendingProcess.APPLICATIONS);

      there.signal("-STOP");
      answering.countDown();
      awaitShares(database, "256");
      Await.until("all was received", () -> SharedInstances.received(receiver).containsAll(sent));
      there.signal("-CONT");
      awaitShares(database, "128 128");

      Set<String> later = new HashSet<>(there.send(SendingProcess.APPLICATIONS));
      Await.until("it delivers again", () -> SharedInstances.received(receiver).containsAll(later));
      assertThat(receiver.count() - sent.size() - later.size())
          .as("repeated: at most what was under way")
          .isBetween(0L, (long) SendingProcess.APPLICATIONS);
      assertThat(here.health().isReady()).isTrue();
    }
  }
}
