package dev.posthorn.server;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The exchanges of {@link ExchangesTest}, all operations of the API, with a server on PostgreSQL.
 * They take long one after another, because many of them wait for deliveries.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class PostgresqlExchangesTest {
  @Test
  void areTheSame(EmbeddedPostgresql postgresql) throws Exception {
    List<Exchange> exchanges = Exchange.all();
    try (TestDatabase database = postgresql.createDatabase();
        Receiver receiver = Receiver.answering(ExchangesTest::answer);
        ServerFixture server =
            ServerFixture.start(
                options ->
                    options.withStore(
                        new StorePlace.Database(PostgresqlOptions.of(database.url()))))) {
      for (int i = 0; i < exchanges.size(); i++) {
        new ExchangeRun(server, receiver, i + 1).run(exchanges.get(i));
      }
    }
  }
}
