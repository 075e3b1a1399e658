package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

@ExtendWith(PostgresqlExtension.class)
class SchemaCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(arguments);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  @Test
  void aSchemaIsMigratedAndChecked(TestDatabase database) {
    String[] where = {"--store", database.url(), "--schema", "hooks"};
    assertThat(run("schema", "check", where[0], where[1], where[2], where[3])).isEqualTo(1);
    assertThat(err.toString()).contains("does not exist", "posthorn schema migrate");
    assertThat(run("schema", "migrate", where[0], where[1], where[2], where[3])).isZero();
    assertThat(run("schema", "migrate", where[0], where[1], where[2], where[3])).isZero();
    assertThat(run("schema", "check", where[0], where[1], where[2], where[3])).isZero();
    assertThat(out.toString()).contains("scripts run: ", "nothing to do", "the schema is complete");
  }

  @Test
  void whatIsPrintedCanBeRunByHand(TestDatabase database) {
    assertThat(run("schema", "print")).isZero();
    database.execute(out.toString());
    assertThat(run("schema", "check", "--store", database.url())).as("%s", err).isZero();
  }

  @Test
  void theHistoryMayBeInOneTable(TestDatabase database) {
    assertThat(run("schema", "print", "--partitioned-history", "false")).isZero();
    database.execute(out.toString());
    assertThat(run("schema", "check", "--store", database.url())).as("%s", err).isZero();
    assertThat(database.query("SELECT relkind FROM pg_class WHERE relname = 'message'"))
        .containsExactly("r");
    assertThat(run("schema", "print", "--partitioned-history", "no")).isEqualTo(2);
    assertThat(err.toString()).contains("--partitioned-history: ", "true or false");
  }

  @Test
  void anotherUrlIsRefused() {
    assertThat(run("schema", "migrate", "--store", "webhooks.db")).isEqualTo(2);
    assertThat(err.toString()).contains("--store: ", "use postgresql://HOST/DATABASE");
  }

  @Test
  void theStoreIsRequired() {
    assertThat(run("schema", "check")).isEqualTo(2);
    assertThat(err.toString()).contains("--store");
  }
}
