package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Application;
import dev.posthorn.Attempt;
import dev.posthorn.Delivery;
import dev.posthorn.DeliveryListener;
import dev.posthorn.DeliveryState;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.SmartLifecycle;

class PosthornLifecycleTest {
  @TempDir private Path folder;

  /** A program's component that sends while it is created. */
  static final class Eager implements InitializingBean {
    private final Posthorn posthorn;

    Eager(Posthorn posthorn) {
      this.posthorn = posthorn;
    }

    @Override
    public void afterPropertiesSet() {
      posthorn.send("program.started", "{}");
    }
  }

  @Test
  void theBeanCanBeUsedWhileOthersAreCreated() {
    Contexts.in(folder)
        .withBean(Eager.class)
        .run(
            context ->
                assertThat(context.getBean(Posthorn.class).messages().list(null, 10).messages())
                    .hasSize(1));
  }

  @Test
  void itOpensOnceAllBeansAreThere() {
    Contexts.in(folder)
        .withBean(
            "unopened", InitializingBean.class, () -> () -> assertThat(folder).isEmptyDirectory())
        .run(context -> assertThat(folder).isNotEmptyDirectory());
  }

  @Test
  void aContextThatIsStoppedGivesUpItsFileUntilItStartsAgain() {
    Contexts.in(folder)
        .run(
            first -> {
              Posthorn posthorn = first.getBean(Posthorn.class);
              Application customer = posthorn.application("customer-17");
              String id = customer.send("invoice.paid", "{}").id();
              first.stop();
              assertThat(posthorn.health().isLive()).isFalse();
              assertThatThrownBy(() -> customer.send("invoice.paid", "{}"))
                  .isInstanceOfSatisfying(
                      PosthornException.class,
                      e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
              Contexts.in(folder)
                  .run(
                      second ->
                          assertThat(second)
                              .hasNotFailed()
                              .getBean(Posthorn.class)
                              .extracting(other -> other.health().isReady())
                              .isEqualTo(true));
              first.start();
              assertThat(posthorn.health().isReady()).isTrue();
              assertThat(customer.messages().get(id).type()).isEqualTo("invoice.paid");
              assertThat(customer.send("invoice.paid", "{}").duplicate()).isFalse();
            });
  }

  /** Listens, and fails if it is called after its bean was destroyed. */
  static final class Recorder implements DeliveryListener, DisposableBean {
    static final List<String> CALLS = new CopyOnWriteArrayList<>();

    @Override
    public void attempted(Attempt attempt) {
      CALLS.add("attempted");
    }

    @Override
    public void destroy() {
      CALLS.add("destroyed");
    }
  }

  @Test
  void deliveriesInFlightEndBeforeListenersAreDestroyed() {
    Recorder.CALLS.clear();
    String[] id = new String[1];
    CountDownLatch closing = new CountDownLatch(1);
    try (Receiver receiver =
        Receiver.answering(
            request -> {
              await(closing);
              return Answer.status(200);
            })) {
      Contexts.in(folder)
          .withBean(Recorder.class)
          .withBean("requests", SmartLifecycle.class, () -> new Stopping(closing::countDown))
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                id[0] = posthorn.send("invoice.paid", "{}").id();
                receiver.awaitRequests(1);
              });
    }
    assertThat(Recorder.CALLS).endsWith("destroyed");
    try (Posthorn posthorn = Contexts.open(folder.resolve("webhooks.db"))) {
      assertThat(posthorn.messages().deliveries(id[0]))
          .extracting(Delivery::state)
          .containsExactly(DeliveryState.SUCCEEDED);
    }
  }

  @Test
  void whatStopsInAHigherPhaseCanStillSend() {
    List<String> sent = new CopyOnWriteArrayList<>();
    Posthorn[] bean = new Posthorn[1];
    Contexts.in(folder)
        .withBean(
            "requests",
            SmartLifecycle.class,
            () -> new Stopping(() -> sent.add(bean[0].send("request.ended", "{}").id())))
        .run(context -> bean[0] = context.getBean(Posthorn.class));
    assertThat(sent).hasSize(1);
    try (Posthorn posthorn = Contexts.open(folder.resolve("webhooks.db"))) {
      assertThat(posthorn.messages().get(sent.getFirst()).type()).isEqualTo("request.ended");
    }
  }

  /** Something with the default phase, in which web servers and message listeners stop. */
  private static class Stopping implements SmartLifecycle {
    private final Runnable action;
    private boolean running;

    Stopping(Runnable action) {
      this.action = action;
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      running = false;
      action.run();
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }

  private static void await(CountDownLatch latch) {
    Await.until("the context closes", () -> latch.getCount() == 0);
  }

  @Test
  void aListenerHearsOfAttemptsAlsoAfterARestartOfTheContext() {
    Recorder.CALLS.clear();
    try (Receiver receiver = Receiver.start()) {
      Contexts.in(folder)
          .withBean(Recorder.class)
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                context.stop();
                context.start();
                posthorn.send("invoice.paid", "{}");
                Await.until("one call", () -> !Recorder.CALLS.isEmpty());
                assertThat(Recorder.CALLS).containsExactly("attempted");
              });
    }
  }

  @Test
  void aContextThatFailsLeavesNoFileOpen() {
    Contexts.in(folder)
        .withBean(Eager.class)
        .withBean(
            "failing",
            SmartLifecycle.class,
            () ->
                new Stopping(() -> {}) {
                  @Override
                  public void start() {
                    throw new IllegalStateException("as planned");
                  }
                })
        .run(context -> assertThat(context).getFailure().rootCause().hasMessage("as planned"));
    try (Posthorn posthorn = Contexts.open(folder.resolve("webhooks.db"))) {
      assertThat(posthorn.messages().list(null, 10).messages()).hasSize(1);
    }
  }

  @Test
  void aTestFrameworkMayPauseItUnlessItsOpenerOpensOnce() {
    Contexts.in(folder)
        .run(
            context -> assertThat(context.getBean(PosthornLifecycle.class).isPauseable()).isTrue());
    Contexts.in(folder)
        .withBean(PosthornOpener.class, OpensOnce::new)
        .run(
            context ->
                assertThat(context.getBean(PosthornLifecycle.class).isPauseable()).isFalse());
  }

  private static final class OpensOnce implements PosthornOpener {
    @Override
    public Posthorn open(PosthornOptions options) {
      return Posthorn.open(options);
    }

    @Override
    public boolean opensAgain() {
      return false;
    }
  }
}
