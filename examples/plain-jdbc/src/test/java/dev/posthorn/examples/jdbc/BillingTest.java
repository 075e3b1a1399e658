package dev.posthorn.examples.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.TestPosthorn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BillingTest {
  private final JdbcDataSource database = new JdbcDataSource();

  @BeforeEach
  void createTables() throws SQLException {
    database.setUrl("jdbc:h2:mem:" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1");
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("RUNSCRIPT FROM 'classpath:dev/posthorn/inbox/h2.sql'");
      statement.execute("CREATE TABLE invoice (id VARCHAR(40) PRIMARY KEY, paid BOOLEAN NOT NULL)");
      statement.execute("INSERT INTO invoice VALUES ('inv_1', FALSE), ('inv_2', FALSE)");
    }
  }

  @Test
  void aCustomerIsToldOfWhatWasCommittedAndOfNothingElse() throws SQLException {
    try (TestPosthorn test = TestPosthorn.open(options -> options.inbox(database))) {
      Posthorn posthorn = test.posthorn();
      posthorn
          .application("customer-17")
          .endpoints()
          .add(NewEndpoint.of(test.receiver().url("/hooks")));
      Billing billing = new Billing(database, posthorn);

      String first = billing.pay("customer-17", "inv_1");
      assertThatThrownBy(() -> billing.pay("customer-17", "inv_1"))
          .isInstanceOf(IllegalArgumentException.class); // rolled back
      String second = billing.pay("customer-17", "inv_2");

      assertThat(test.receiver().awaitRequests(2))
          .extracting(request -> request.header("webhook-id"))
          .containsExactlyInAnyOrder(first, second);
    }
  }
}
