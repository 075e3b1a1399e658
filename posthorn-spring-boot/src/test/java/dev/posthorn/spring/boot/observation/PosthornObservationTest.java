package dev.posthorn.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.spring.boot.Contexts;
import dev.posthorn.spring.boot.PosthornInboxAutoConfiguration;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PosthornObservationTest {
  @TempDir private Path folder;

  /** A handler that does what those for traces do: it injects and extracts one header. */
  private static final class Traces implements ObservationHandler<Observation.Context> {
    final List<Observation.Context> ended = new CopyOnWriteArrayList<>();
    final List<String> parents = new CopyOnWriteArrayList<>();

    @Override
    public void onStart(Observation.Context context) {
      if (context instanceof SenderContext<?> sender) {
        inject(sender);
      } else if (context instanceof ReceiverContext<?> receiver) {
        parents.add(String.valueOf(extract(receiver)));
      }
    }

    private static <C> void inject(SenderContext<C> sender) {
      sender.getSetter().set(sender.getCarrier(), "traceparent", "00-of-this-send");
    }

    private static <C> @Nullable String extract(ReceiverContext<C> receiver) {
      C carrier = Objects.requireNonNull(receiver.getCarrier());
      return receiver.getGetter().get(carrier, "traceparent");
    }

    @Override
    public void onStop(Observation.Context context) {
      ended.add(context);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    /** Waits for an observation to end, and returns its values. */
    List<String> values(String name) {
      Await.until(name + " ends", () -> ended.stream().anyMatch(one -> name.equals(one.getName())));
      Observation.Context found =
          ended.stream().filter(one -> name.equals(one.getName())).findFirst().orElseThrow();
      return found.getAllKeyValues().stream().map(PosthornObservationTest::text).toList();
    }
  }

  private static String text(KeyValue value) {
    return value.getKey() + "=" + value.getValue();
  }

  private final Traces traces = new Traces();

  private ApplicationContextRunner contexts() {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(traces);
    return Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornObservationAutoConfiguration.class))
        .withBean(ObservationRegistry.class, () -> registry);
  }

  @Test
  void anAttemptBelongsToTheTraceOfItsMessage() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(503))) {
      contexts()
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                String id = posthorn.send("invoice.paid", "{}").id();
                assertThat(traces.values("posthorn.send"))
                    .contains(
                        "posthorn.outcome=accepted",
                        "posthorn.event_type=invoice.paid",
                        "messaging.message.id=" + id);
                assertThat(traces.values("posthorn.attempt"))
                    .contains(
                        "posthorn.result=5xx",
                        "http.response.status_code=503",
                        "messaging.message.id=" + id);
                assertThat(traces.parents).containsExactly("00-of-this-send");
                assertThat(receiver.requests().getFirst().header("traceparent")).isNull();
              });
    }
  }

  @Test
  void theTraceOfASendIsInItsRowAndThatOfARowIsContinued() {
    DataSource database =
        new DriverManagerDataSource(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    JdbcTemplate sql = new JdbcTemplate(database);
    TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    try (Receiver receiver = Receiver.start()) {
      contexts()
          .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
          .withBean("database", DataSource.class, () -> database)
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                transaction.executeWithoutResult(
                    status -> {
                      posthorn.send("invoice.paid", "{}");
                      assertThat(
                              sql.queryForList(
                                  "SELECT traceparent FROM posthorn_inbox", String.class))
                          .containsExactly("00-of-this-send");
                      status.setRollbackOnly();
                    });
                sql.update(
                    "INSERT INTO posthorn_inbox (message_id, application, type, payload,"
                        + " traceparent) VALUES ('msg_2Yt7Kq0ZbV5nXw3cRmJ8LhPaD1e', 'default',"
                        + " 'invoice.paid', X'7B7D', '00-of-another-process')");
                receiver.awaitRequests(1);
                Await.until("the attempt is observed", () -> !traces.parents.isEmpty());
                assertThat(traces.parents).containsExactly("00-of-another-process");
              });
    }
  }

  @Test
  void anAttemptWithoutAResponseHasItsError() {
    int port;
    try (Receiver closed = Receiver.start()) {
      port = closed.port();
    }
    contexts()
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              posthorn.endpoints().add(NewEndpoint.of("http://127.0.0.1:" + port + "/hooks"));
              posthorn.send("invoice.paid", "{}");
              assertThat(traces.values("posthorn.attempt")).contains("posthorn.result=connect");
              assertThat(traces.ended.getLast().getError()).hasMessage("connect");
            });
  }

  @Test
  void aRejectionIsAnOutcome() {
    contexts()
        .withPropertyValues("posthorn.messages.strict-event-types=true")
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              assertThatThrownBy(() -> posthorn.send("invoice.payed", "{}"))
                  .isInstanceOf(PosthornException.class);
              assertThat(traces.values("posthorn.send")).contains("posthorn.outcome=invalid");
            });
  }

  @Test
  void aFutureIsObservedUntilItCompletes() {
    contexts()
        .withPropertyValues("posthorn.messages.max-payload-size=10B")
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              String id = posthorn.application("a").sendAsync("invoice.paid", "{}").join().id();
              assertThat(traces.values("posthorn.send"))
                  .contains("posthorn.outcome=unmatched", "messaging.message.id=" + id);
              traces.ended.clear();
              assertThat(posthorn.sendAsync(NewMessage.of("invoice.paid", "\"0123456789\"")))
                  .failsWithin(java.time.Duration.ofSeconds(20));
              assertThat(traces.values("posthorn.send")).contains("posthorn.outcome=too_large");
            });
  }

  @Test
  void aHandlerThatFailsDoesNotHoldUpAttempts() {
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<AttemptContext>() {
              @Override
              public void onStart(AttemptContext context) {
                throw new IllegalStateException("as planned");
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return context instanceof AttemptContext;
              }
            });
    try (Receiver receiver = Receiver.start()) {
      Contexts.in(folder)
          .withConfiguration(AutoConfigurations.of(PosthornObservationAutoConfiguration.class))
          .withBean(ObservationRegistry.class, () -> registry)
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                posthorn.send("invoice.paid", "{}");
                receiver.awaitRequests(1);
              });
    }
  }

  @Test
  void aConventionOfTheProgramsOwnIsUsed() {
    contexts()
        .withBean(SendConvention.class, Renamed::new)
        .run(
            context -> {
              context.getBean(Posthorn.class).send("invoice.paid", "{}");
              assertThat(traces.values("webhook.send")).contains("posthorn.outcome=unmatched");
            });
  }

  private static final class Renamed extends SendConvention {
    @Override
    public String getName() {
      return "webhook.send";
    }
  }

  @Test
  void withoutARegistryNothingIsObserved() {
    Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornObservationAutoConfiguration.class))
        .run(context -> assertThat(context).doesNotHaveBean(PosthornObservations.class));
  }
}
