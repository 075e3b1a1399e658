package dev.posthorn.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Application;
import dev.posthorn.Message;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.spring.modulith.program.InvoicePaid;
import dev.posthorn.spring.modulith.program.Ledger;
import dev.posthorn.spring.modulith.program.Shop;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.EventExternalized;
import org.springframework.transaction.support.TransactionTemplate;

/** The program with configuration of its own. */
class ProgramConfigurationTest {
  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();

  /** Runs a program with a customer whose webhooks the receiver gets. */
  private void run(
      List<Class<?>> more, Consumer<ConfigurableApplicationContext> test, String... properties) {
    try (ConfigurableApplicationContext context = Programs.start(folder, more, properties)) {
      customer(context).endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      test.accept(context);
    }
  }

  private static Application customer(ConfigurableApplicationContext context) {
    return context.getBean(Posthorn.class).application("customer-17");
  }

  private static void commit(ConfigurableApplicationContext context, Object event) {
    context.getBean(Shop.class).commit(event);
  }

  /** A program whose events become messages with an event id. */
  static class Mapping {
    @Bean
    EventExternalizationConfiguration externalization() {
      return EventExternalizationConfiguration.externalizing()
          .select(EventExternalizationConfiguration.annotatedAsExternalized())
          .mapping(
              InvoicePaid.class,
              event ->
                  NewMessage.builder("invoice.settled", "{\"id\":\"" + event.invoice() + "\"}")
                      .eventId(event.invoice())
                      .build())
          .build();
    }
  }

  @Test
  void anEventThatIsMappedToAMessageIsThatMessage() {
    run(
        List.of(Mapping.class),
        context -> {
          commit(context, InvoicePaid.of("customer-17", "inv_1"));
          commit(context, InvoicePaid.of("customer-17", "inv_1")); // the same event id
          commit(context, InvoicePaid.of("customer-17", "inv_2"));
          receiver.awaitRequests(2);
          assertThat(receiver.requests())
              .extracting(request -> request.text())
              .containsExactlyInAnyOrder("{\"id\":\"inv_1\"}", "{\"id\":\"inv_2\"}");
          assertThat(customer(context).messages().list(null, 10).messages())
              .extracting(Message::type)
              .containsOnly("invoice.settled");
        });
  }

  /** A program that also selects the events about the externalization. */
  static class Everything {
    @Bean
    EventExternalizationConfiguration externalization() {
      return EventExternalizationConfiguration.externalizing()
          .select(event -> event instanceof InvoicePaid || event instanceof EventExternalized)
          .build();
    }
  }

  @Test
  void anEventAboutTheExternalizationIsNotExternalized() {
    run(
        List.of(Everything.class),
        context -> {
          commit(context, InvoicePaid.of("customer-17", "inv_1"));
          assertThat(context.getBean(Ledger.class).receipts()).hasSize(1);
        });
  }

  /** A program that calls listeners in threads of their own. */
  static class Asynchronous {
    @Bean
    SimpleApplicationEventMulticaster applicationEventMulticaster() {
      SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
      Executor threads = task -> Thread.ofVirtual().start(task);
      multicaster.setTaskExecutor(threads);
      return multicaster;
    }
  }

  @Test
  void theTransactionIsThatOfThePublisherAlsoIfListenersAreAsynchronous() {
    run(
        List.of(Asynchronous.class),
        context -> {
          assertThatThrownBy(
                  () ->
                      context.getBean(Shop.class).rollBack(InvoicePaid.of("customer-17", "inv_1")))
              .hasMessage("rolled back");
          commit(context, InvoicePaid.of("customer-17", "inv_2"));
          receiver.awaitRequests(1);
          assertThat(receiver.requests().getFirst().text()).contains("inv_2");
          assertThat(customer(context).messages().list(null, 10).messages()).hasSize(1);
        },
        "spring.autoconfigure.exclude="
            + "org.springframework.modulith.events.config.EventPublicationAutoConfiguration,"
            + "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration");
  }

  @Test
  void anEventOfAnotherTransactionIsRefused() {
    DataSource other =
        new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    TransactionTemplate elsewhere = new TransactionTemplate(new JdbcTransactionManager(other));
    run(
        List.of(),
        context -> {
          Shop shop = context.getBean(Shop.class);
          InvoicePaid event = InvoicePaid.of("customer-17", "inv_1");
          assertThatThrownBy(() -> elsewhere.executeWithoutResult(status -> shop.publishNow(event)))
              .isInstanceOf(PosthornException.class)
              .hasMessageStartingWith(InvoicePaid.class.getName() + ": is published in a")
              .hasMessageContaining("@PosthornDataSource");
          assertThat(customer(context).messages().list(null, 10).messages()).isEmpty();
        });
  }

  @Test
  void anOutboxThatModulithMayHaveChangesNothing() {
    run(
        List.of(),
        context -> {
          commit(context, InvoicePaid.of("customer-17", "inv_1"));
          receiver.awaitRequests(1);
        },
        "spring.modulith.events.externalization.mode=outbox");
  }

  @Test
  void itCanBeDisabled() {
    run(
        List.of(),
        context -> {
          assertThat(context.getBeansOfType(PosthornEventExternalizer.class)).isEmpty();
          commit(context, InvoicePaid.of("customer-17", "inv_1"));
          assertThat(customer(context).messages().list(null, 10).messages()).isEmpty();
        },
        "spring.modulith.events.externalization.enabled=false");
  }

  @Test
  void withoutPosthornThereIsNothing() {
    try (ConfigurableApplicationContext context =
        Programs.start(folder, List.of(), "posthorn.enabled=false")) {
      assertThat(context.getBeansOfType(PosthornEventExternalizer.class)).isEmpty();
    }
  }

  @Test
  void withoutAnInboxTheStartFails() {
    assertThatThrownBy(
            () -> Programs.start(folder, List.of(), "posthorn.inbox.enabled=false").close())
        .hasRootCauseInstanceOf(PosthornException.class)
        .rootCause()
        .hasMessageStartingWith("posthorn.inbox.enabled: there is no inbox")
        .hasMessageContaining("spring.modulith.events.externalization.enabled=false");
  }
}
