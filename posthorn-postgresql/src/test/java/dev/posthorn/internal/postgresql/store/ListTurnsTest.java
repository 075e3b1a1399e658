package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Applications take turns for the few connections that lists are read on. */
@ExtendWith(PostgresqlExtension.class)
class ListTurnsTest {
  private final List<Owner> owners = new ArrayList<>();

  /** Returns sessions that note whose turn each list uses. */
  private Sessions noted(Sessions sessions) {
    return (Sessions)
        Proxy.newProxyInstance(
            Sessions.class.getClassLoader(),
            new Class<?>[] {Sessions.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("forLists")) {
                owners.add((Owner) arguments[0]);
              }
              return method.invoke(sessions, arguments);
            });
  }

  @Test
  void aPollUsesTheTurnOfItsApplicationThroughout(TestDatabase database) {
    PostgresqlOptions options =
        PostgresqlOptions.builder(database.url()).singleOwner(false).build();
    OpenDatabase opened = OpenDatabase.open(options, OpenWait.upTo(Duration.ofMinutes(1)));
    try (DatabaseStore first = opened.store()) {
      DatabaseStore store = new DatabaseStore(noted(opened.sessions()), (NodeLease) first.lease());
      owners.clear();
      assertThat(store.settledId(7)).isNotNegative();
      assertThat(store.forLists(7).tokens(0, 10)).isEmpty();
      assertThat(owners).hasSize(2).containsOnly(new Owner(7L, ""));
    }
  }
}
