package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
  private final Errors errors = new Errors("the schema posthorn of db");

  @ParameterizedTest
  @CsvSource({
    // state, reason outside of COMMIT, reason of COMMIT, passes on a fresh connection
    "08006, IO, UNKNOWN, true",
    "08001, IO, UNKNOWN, true",
    "57P01, IO, UNKNOWN, true",
    "57P02, IO, UNKNOWN, true",
    "57P03, IO, UNKNOWN, true",
    "57014, IO, UNKNOWN, false",
    "53300, IO, UNKNOWN, false",
    "53200, IO, UNKNOWN, false",
    "53100, FULL, FULL, false",
    "58030, IO, UNKNOWN, false",
    "40001, IO, IO, true",
    "40P01, IO, IO, true",
    "40003, IO, UNKNOWN, true",
    "25006, IO, IO, true",
    "25P02, IO, IO, false",
    "25P03, IO, UNKNOWN, true",
    "55P03, IO, UNKNOWN, false",
    "26000, IO, UNKNOWN, true",
    "0A000, IO, UNKNOWN, true",
    "42501, IO, UNKNOWN, false",
    "42P01, IO, UNKNOWN, false",
    "22021, REJECTED, UNKNOWN, false",
    "23505, REJECTED, REJECTED, false",
    "54000, REJECTED, UNKNOWN, false",
    "XX001, CORRUPT, UNKNOWN, false",
    "XX000, IO, UNKNOWN, false",
  })
  void eachStateHasItsReason(String state, Reason reason, Reason ofCommit, boolean passes) {
    SQLException cause = new SQLException("said by the server", state);
    StoreException outside = errors.of(cause);
    assertThat(outside.reason()).isEqualTo(reason);
    assertThat(outside)
        .hasMessageContaining("the schema posthorn of db")
        .hasMessageContaining("(said by the server)")
        .hasCause(cause);
    assertThat(outside.getMessage()).contains(";");
    assertThat(errors.ofCommit(cause, true).reason()).isEqualTo(ofCommit);
    assertThat(errors.ofCommit(cause, false).reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(Errors.mayPassOnFreshConnection(cause)).isEqualTo(passes);
  }

  @Test
  void whatAPoolReportsHasTheStateOfItsCause() {
    SQLException cause = new SQLException("sorry, too many clients already", "53300");
    SQLException timeout =
        new SQLTransientConnectionException("posthorn-readers - timed out", "53300", cause);
    assertThat(errors.of(timeout))
        .hasMessageContaining("the server has no connection left; raise max_connections")
        .hasMessageContaining("sorry, too many clients already")
        .hasMessageNotContaining("timed out");
  }

  @Test
  void anErrorOfTheWorkItselfRejectsTheBatch() {
    assertThat(errors.of(new IllegalArgumentException("no such state")).reason())
        .isEqualTo(Reason.REJECTED);
    StoreException known = new StoreException(Reason.CLOSED, "closed", null);
    assertThat(errors.of(known)).isSameAs(known);
  }

  @Test
  void anErrorWithoutAStateIsOneOfReadingOrWriting() {
    assertThat(errors.of(new SQLException("broken")).reason()).isEqualTo(Reason.IO);
    assertThat(errors.ofCommit(new SQLException("broken"), true).reason())
        .isEqualTo(Reason.UNKNOWN);
  }
}
