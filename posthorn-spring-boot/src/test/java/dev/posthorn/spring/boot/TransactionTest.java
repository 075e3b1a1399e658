package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.InboxOptions;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Sending in the transactions of a program's database, which is H2 here. */
class TransactionTest {
  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();

  private final DataSource database = h2();
  private final JdbcTemplate sql = new JdbcTemplate(database);
  private final TransactionTemplate transaction =
      new TransactionTemplate(new JdbcTransactionManager(database));

  private static DataSource h2() {
    return new DriverManagerDataSource(
        "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
  }

  private ApplicationContextRunner contexts() {
    return Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
        .withBean("database", DataSource.class, () -> database);
  }

  private Posthorn posthorn(ApplicationContext context) {
    Posthorn posthorn = context.getBean(Posthorn.class);
    posthorn.application("customer-17").endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
    return posthorn;
  }

  private long rows() {
    return Objects.requireNonNull(
        sql.queryForObject("SELECT COUNT(*) FROM posthorn_inbox", Long.class));
  }

  @Test
  void aCommitSendsTheMessage() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              Receipt receipt =
                  transaction.execute(
                      status -> {
                        Receipt pending =
                            posthorn.application("customer-17").send("invoice.paid", "{}");
                        assertThat(rows()).isEqualTo(1);
                        return pending;
                      });
              assertThat(receipt).isEqualTo(Receipt.pending(receipt.id()));
              assertThat(receipt.matchedNoEndpoint()).isFalse();
              receiver.awaitRequests(1);
              assertThat(receiver.requests().getFirst().header("webhook-id"))
                  .isEqualTo(receipt.id());
            });
  }

  @Test
  void aRollbackLeavesNothing() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              transaction.executeWithoutResult(
                  status -> {
                    posthorn.application("customer-17").send("invoice.paid", "{\"n\":1}");
                    posthorn.send("invoice.paid", "{\"n\":2}");
                    status.setRollbackOnly();
                  });
              assertThat(rows()).isZero();
              posthorn.application("customer-17").send("invoice.paid", "{\"n\":3}");
              receiver.awaitRequests(1);
              assertThat(receiver.requests())
                  .singleElement()
                  .matches(one -> one.text().contains("3"));
              assertThat(posthorn.messages().list(null, 10).messages()).isEmpty();
            });
  }

  @Test
  void aFutureOfATransactionIsPendingAtOnce() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              transaction.executeWithoutResult(
                  status -> {
                    assertThat(posthorn.sendAsync("invoice.paid", "{}"))
                        .isCompletedWithValueMatching(Receipt::pending);
                    assertThat(posthorn.sendAsync(NewMessage.of("x".repeat(256), "{}")))
                        .isCompletedWithValueMatching(Receipt::pending);
                  });
            });
  }

  @Test
  void withoutATransactionAMessageIsStoredAtOnce() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              TransactionTemplate none =
                  new TransactionTemplate(
                      Objects.requireNonNull(transaction.getTransactionManager()));
              none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
              Receipt receipt =
                  transaction.execute(
                      outer ->
                          none.execute(
                              inner ->
                                  posthorn.application("customer-17").send("invoice.paid", "{}")));
              assertThat(receipt.pending()).isFalse();
              assertThat(receipt.endpoints()).hasSize(1);
            });
  }

  @Test
  void aTransactionOfAnotherDatabaseIsNotJoined() {
    DataSource other = h2();
    TransactionTemplate elsewhere = new TransactionTemplate(new JdbcTransactionManager(other));
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              elsewhere.executeWithoutResult(
                  status -> {
                    assertThat(posthorn.send("invoice.paid", "{}").pending()).isFalse();
                    new JdbcTemplate(database).queryForObject("SELECT 1", Integer.class);
                    // Now a connection is bound, which commits each statement by itself.
                    assertThat(posthorn.send("invoice.paid", "{}").pending()).isFalse();
                  });
              assertThat(posthorn.messages().list(null, 10).messages()).hasSize(2);
            });
  }

  @Test
  void aConnectionThatAnotherKindOfTransactionManagerBindsIsUsed() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                // As JpaTransactionManager does.
                TransactionSynchronizationManager.bindResource(
                    database, new ConnectionHolder(connection));
                TransactionSynchronizationManager.setActualTransactionActive(true);
                try {
                  assertThat(
                          posthorn.application("customer-17").send("invoice.paid", "{}").pending())
                      .isTrue();
                } finally {
                  TransactionSynchronizationManager.setActualTransactionActive(false);
                  TransactionSynchronizationManager.unbindResource(database);
                }
                connection.commit();
              }
              receiver.awaitRequests(1);
            });
  }

  @Test
  void itCanBeDisabled() {
    contexts()
        .withPropertyValues("posthorn.inbox.enabled=false")
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              transaction.executeWithoutResult(
                  status -> assertThat(posthorn.send("invoice.paid", "{}").pending()).isFalse());
            });
    assertThatThrownBy(this::rows).hasStackTraceContaining("\"POSTHORN_INBOX\" not found");
  }

  @Test
  void severalDataSourcesAreAmbiguousUntilOneIsMarked() {
    DataSource other = h2();
    ApplicationContextRunner both = contexts().withBean("other", DataSource.class, () -> other);
    both.run(
        context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage(
                    "dataSource: there are 2 beans of this type, and none is primary; mark one with"
                        + " @PosthornDataSource or @Primary, or set posthorn.inbox.enabled=false"));
    both.withPropertyValues("posthorn.inbox.enabled=false")
        .run(context -> assertThat(context).hasNotFailed());
    Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
        .withBean("other", DataSource.class, () -> other)
        .withBean(
            "database",
            DataSource.class,
            () -> database,
            definition ->
                ((AbstractBeanDefinition) definition)
                    .addQualifier(new AutowireCandidateQualifier(PosthornDataSource.class)))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(rows()).isZero();
            });
  }

  @Test
  void theTableIsCreatedOrChecked() {
    contexts()
        .withPropertyValues("posthorn.inbox.schema-mode=check")
        .run(
            context -> {
              FailureAnalysis analysis =
                  new PosthornFailureAnalyzer()
                      .analyze(Objects.requireNonNull(context.getStartupFailure()));
              assertThat(analysis).isNotNull();
              assertThat(analysis.getDescription()).contains("posthorn_inbox");
              assertThat(analysis.getAction()).contains("posthorn.inbox.schema-mode=create");
            });
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < 2; i++) { // the second start finds it
      contexts().run(context -> counts.add(rows()));
    }
    assertThat(counts).containsExactly(0L, 0L);
    sql.execute("CREATE SCHEMA billing");
    contexts()
        .withPropertyValues("posthorn.inbox.table=billing.hooks")
        .run(
            context ->
                transaction.executeWithoutResult(
                    status -> {
                      context.getBean(Posthorn.class).send("invoice.paid", "{}");
                      assertThat(
                              sql.queryForObject("SELECT COUNT(*) FROM billing.hooks", Long.class))
                          .isEqualTo(1);
                    }));
  }

  @Test
  void aTableMayHaveAnyNameOfTheOption() {
    contexts()
        .withPropertyValues("posthorn.inbox.table=hooks$inbox")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aDataSourceThatJoinsTransactionsItselfIsSeenThrough() {
    Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
        .withBean("database", DataSource.class, () -> new TransactionAwareDataSourceProxy(database))
        .run(
            context -> {
              Posthorn posthorn = posthorn(context);
              transaction.executeWithoutResult(
                  status -> assertThat(posthorn.send("invoice.paid", "{}").pending()).isTrue());
            });
  }

  /** A program in which whoever listens to its database sends webhooks, as listeners of JPA may. */
  @Configuration(proxyBeanMethods = false)
  static class Listening {
    @Bean
    PlatformTransactionManager manager(DataSource database, DatabaseListener listener) {
      assertThat(listener.posthorn).isNotNull();
      return new JdbcTransactionManager(database);
    }

    @Bean
    DatabaseListener listener(Posthorn posthorn) {
      return new DatabaseListener(posthorn);
    }
  }

  record DatabaseListener(Posthorn posthorn) {}

  @Test
  void aTransactionManagerMayNeedPosthorn() {
    contexts()
        .withUserConfiguration(Listening.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void optionsOfTheProgramWithoutAnInboxSendAtOnce() {
    contexts()
        .withBean(
            "options", PosthornOptions.class, () -> Contexts.options(folder.resolve("own.db")))
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              transaction.executeWithoutResult(
                  status -> assertThat(posthorn.send("invoice.paid", "{}").pending()).isFalse());
            });
    assertThatThrownBy(this::rows).hasStackTraceContaining("\"POSTHORN_INBOX\" not found");
  }

  @Test
  void optionsOfTheProgramMayHaveTheInboxOfTheProperties() {
    contexts()
        .withUserConfiguration(OwnOptions.class)
        .withBean("path", Path.class, () -> folder.resolve("own.db"))
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              transaction.executeWithoutResult(
                  status -> assertThat(posthorn.send("invoice.paid", "{}").pending()).isTrue());
            });
  }

  /** A program that makes the options itself. */
  @Configuration(proxyBeanMethods = false)
  static class OwnOptions {
    @Bean
    PosthornOptions options(Path path, InboxOptions inbox) {
      return Contexts.options(path).toBuilder().inbox(inbox).build();
    }
  }
}
