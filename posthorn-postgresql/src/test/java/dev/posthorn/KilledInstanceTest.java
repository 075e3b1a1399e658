package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three instances on one schema under load: one is closed, one is a process that is killed. */
@ExtendWith(PostgresqlExtension.class)
class KilledInstanceTest {
  private static final int SOME = 100;

  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Sends through an instance until all ends, or it is closed. */
  private Thread load(Posthorn posthorn) {
    return Thread.ofPlatform()
        .start(
            () -> {
              for (int i = 0; !ended.get(); i++) {
                try {
                  sent.add(SendingProcess.send(posthorn, i));
                } catch (PosthornException e) {
                  if (e.reason() == Reason.CLOSED) {
                    return;
                  }
                }
              }
            });
  }

  private static Process spawn(TestDatabase database) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            SendingProcess.class.getName(),
            database.url())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Takes note of what a process has sent, until it ends. */
  private Thread listen(BufferedReader out, Queue<String> its) {
    return Thread.ofPlatform()
        .start(
            () ->
                out.lines()
                    .filter(line -> line.endsWith(SendingProcess.END))
                    .map(line -> line.substring(0, line.length() - SendingProcess.END.length()))
                    .forEach(
                        id -> {
                          its.add(id);
                          sent.add(id);
                        }));
  }

  private static void awaitNodes(TestDatabase database, int count) {
    PostgresqlOptions options = PostgresqlOptions.of(database.url());
    Await.until(
        count + " nodes share all",
        () -> {
          PostgresqlNodes nodes = PostgresqlNodes.read(options);
          return nodes.unowned().isEmpty()
              && nodes.nodes().size() == count
              && nodes.nodes().stream().map(PostgresqlNode::partitions).noneMatch(Set::isEmpty);
        });
  }

  private void awaitMore() {
    int before = sent.size();
    Await.until("more is sent", () -> sent.size() > before + SOME);
  }

  @Test
  void nothingIsLostAndAllIdsDiffer(TestDatabase database) throws Exception {
    Queue<String> its = new ConcurrentLinkedQueue<>();
    Process third = null;
    try (Receiver receiver = Receiver.start();
        Posthorn one = SendingProcess.open(database.url());
        Posthorn two = SendingProcess.open(database.url())) {
      for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
        one.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      third = spawn(database);
      Thread listener = listen(third.inputReader(), its);
      List<Thread> loads = List.of(load(one), load(two));
      awaitNodes(database, 3);
      Await.until("the process sends, too", () -> its.size() > SOME);
      two.close();
      awaitMore();
      third.destroyForcibly().waitFor();
      awaitMore();
      awaitNodes(database, 1);
      ended.set(true);
      for (Thread thread : loads) {
        thread.join();
      }
      listener.join();
      List<String> all = new ArrayList<>(sent);
      assertThat(all).doesNotHaveDuplicates();
      Await.until("all has arrived", () -> received(receiver).containsAll(all));
      assertThat(one.health().isReady()).isTrue();
    } finally {
      ended.set(true);
      if (third != null) {
        third.destroyForcibly();
      }
    }
  }

  private static Set<String> received(Receiver receiver) {
    return Set.copyOf(SharedInstances.received(receiver));
  }
}
