package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.postgresql.TransactionPooler;
import dev.posthorn.testkit.receiver.Await;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes give each other hints; whoever loses one loses nothing else. */
@ExtendWith(PostgresqlExtension.class)
class HintListenerTest {
  private final Set<String> heard = ConcurrentHashMap.newKeySet();

  private static Sessions sessions(String url, String schema) {
    return Database.of(PostgresqlOptions.builder(url).schema(schema).build())
        .sessions(new OpenFence());
  }

  /** Gives a hint until it is heard. */
  private void awaitHeard(Sessions giver, String text) {
    Await.until(
        "\"" + text + "\" is heard",
        () -> {
          giver.hint(text);
          return heard.contains(text);
        });
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("posthorn-hints"))
        .count();
  }

  @Test
  void hintsOfTheSchemaAreHeardAlsoOnTheNextConnection(TestDatabase database) {
    String schema = "other_hooks";
    try (Sessions giver = sessions(database.url(), schema);
        Sessions other = sessions(database.url(), "posthorn");
        Sessions listener = sessions(database.url(), schema)) {
      listener.listen(heard::add);
      awaitHeard(giver, "1");
      other.hint("of another schema");
      database.terminateBackends();
      awaitHeard(giver, "2");
      assertThat(heard).containsExactlyInAnyOrder("1", "2");
    }
    Await.until("its thread has ended", () -> threads() == 0);
  }

  @Test
  void nobodyListensBehindAPooler(TestDatabase database) throws Exception {
    try (TransactionPooler pooler = TransactionPooler.before(database, 2);
        Sessions sessions = sessions(pooler.url(database), "posthorn")) {
      sessions.listen(heard::add);
      sessions.hint("1");
      Await.until("its thread has ended", () -> threads() == 0);
      assertThat(heard).isEmpty();
      assertThat(database.query("SELECT query FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
          .isEmpty();
    }
  }
}
