package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A program whose database is PostgreSQL, with its pool: store and inbox are in it. */
@ExtendWith(PostgresqlExtension.class)
class PostgresqlStoreTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();

  private ApplicationContextRunner contexts(TestDatabase database) {
    return Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornInboxAutoConfiguration.class))
        .withBean(DataSource.class, () -> pool(database))
        .withPropertyValues("posthorn.store.file=");
  }

  private static HikariDataSource pool(TestDatabase database) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database.url());
    pool.setMaximumPoolSize(3);
    return pool;
  }

  @Test
  void aTransactionOfTheProgramSendsOrDoesNot(TestDatabase database) {
    contexts(database)
        .withPropertyValues("posthorn.keys.secret=" + KEY)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(PosthornOptions.class).postgresql()).isNotNull();
              Posthorn posthorn = context.getBean(Posthorn.class);
              posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
              TransactionTemplate transaction =
                  new TransactionTemplate(
                      new JdbcTransactionManager(context.getBean(DataSource.class)));
              transaction.executeWithoutResult(
                  status -> {
                    posthorn.send("invoice.paid", "{\"n\":1}");
                    status.setRollbackOnly();
                  });
              Receipt receipt =
                  transaction.execute(status -> posthorn.send("invoice.paid", "{\"n\":2}"));
              receiver.awaitRequests(1);
              assertThat(receiver.requests())
                  .singleElement()
                  .satisfies(
                      request -> {
                        assertThat(request.text()).isEqualTo("{\"n\":2}");
                        assertThat(request.header("webhook-id")).isEqualTo(receipt.id());
                      });
            });
    assertThat(folder).isEmptyDirectory();
    assertThat(database.query("SELECT count(*) FROM posthorn_inbox")).containsExactly("0");
  }

  @Test
  void withoutAKeyTheRemedyIsAProperty(TestDatabase database) {
    contexts(database)
        .run(
            context ->
                assertThat(new PosthornFailureAnalyzer().analyze(context.getStartupFailure()))
                    .satisfies(
                        analysis -> {
                          assertThat(analysis.getDescription()).contains("openssl rand -base64 32");
                          assertThat(analysis.getAction()).contains("posthorn.keys.secret");
                        }));
  }
}
