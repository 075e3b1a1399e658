package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.Receipt;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Sending while a transaction ends: its connection is still there, and nobody commits it again. */
class TransactionEndTest {
  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();
  @AutoClose private final HikariDataSource database = new HikariDataSource();

  /** The moments of a transaction's end. */
  enum End {
    AFTER_COMMIT,
    AFTER_COMPLETION,
    AFTER_ROLLBACK
  }

  private void run(boolean autoCommit, Consumer<ApplicationContext> test) {
    database.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    database.setAutoCommit(autoCommit);
    Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
        .withBean("database", DataSource.class, () -> database)
        .withBean(
            "manager", PlatformTransactionManager.class, () -> new JdbcTransactionManager(database))
        .run(
            context -> {
              context
                  .getBean(Posthorn.class)
                  .application("customer-17")
                  .endpoints()
                  .add(NewEndpoint.of(receiver.url("/hooks")));
              test.accept(context);
            });
  }

  private static Receipt send(ApplicationContext context, int number) {
    return context
        .getBean(Posthorn.class)
        .application("customer-17")
        .send("invoice.paid", "{\"n\":" + number + "}");
  }

  private static TransactionTemplate transaction(ApplicationContext context) {
    return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
  }

  private static void at(End end, Runnable task) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            if (end == End.AFTER_COMMIT) {
              task.run();
            }
          }

          @Override
          public void afterCompletion(int status) {
            if (end != End.AFTER_COMMIT) {
              task.run();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void aMessageThatIsSentWhenATransactionHasEndedIsStoredAtOnce(End end) {
    run(
        false,
        context -> {
          List<Receipt> receipts = new ArrayList<>();
          transaction(context)
              .executeWithoutResult(
                  status -> {
                    at(end, () -> receipts.add(send(context, 1)));
                    if (end == End.AFTER_ROLLBACK) {
                      status.setRollbackOnly();
                    }
                  });
          receiver.awaitRequests(1);
          assertThat(receipts).singleElement().matches(receipt -> !receipt.pending());
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherTransactionAfterTheCommitIsJoined(boolean autoCommit) {
    run(
        autoCommit,
        context -> {
          TransactionTemplate inner = transaction(context);
          inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
          List<Receipt> receipts = new ArrayList<>();
          transaction(context)
              .executeWithoutResult(
                  status -> {
                    receipts.add(send(context, 1));
                    at(
                        End.AFTER_COMMIT,
                        () -> {
                          inner.executeWithoutResult(next -> receipts.add(send(context, 2)));
                          receipts.add(send(context, 3));
                        });
                  });
          receiver.awaitRequests(3);
          assertThat(receipts).extracting(Receipt::pending).containsExactly(true, true, false);
        });
  }

  @Test
  void aSavepointDoesNotEndTheTransaction() {
    run(
        false,
        context -> {
          TransactionTemplate nested = transaction(context);
          nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
          List<Receipt> receipts = new ArrayList<>();
          transaction(context)
              .executeWithoutResult(
                  status -> {
                    nested.executeWithoutResult(inner -> receipts.add(send(context, 1)));
                    nested.executeWithoutResult(
                        inner -> {
                          receipts.add(send(context, 2));
                          inner.setRollbackOnly();
                        });
                    receipts.add(send(context, 3));
                  });
          receiver.awaitRequests(2);
          assertThat(receipts).allMatch(Receipt::pending);
          assertThat(receiver.requests()).noneMatch(request -> request.text().contains("2"));
        });
  }

  @Test
  void anotherTransactionWithinDoesNotEndIt() {
    DataSource other = new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
    JdbcTransactionManager manager = new JdbcTransactionManager(other);
    run(
        false,
        context -> {
          // As one of a bean.
          context
              .getBean(TransactionManagerWatch.class)
              .postProcessBeforeInitialization(manager, "other");
          TransactionTemplate elsewhere = new TransactionTemplate(manager);
          List<Receipt> receipts = new ArrayList<>();
          transaction(context)
              .executeWithoutResult(
                  status -> {
                    elsewhere.executeWithoutResult(inner -> {});
                    receipts.add(send(context, 1));
                  });
          receiver.awaitRequests(1);
          assertThat(receipts).allMatch(Receipt::pending);
        });
  }
}
