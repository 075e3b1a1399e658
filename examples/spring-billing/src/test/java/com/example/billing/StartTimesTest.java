package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.bare.BareBilling;
import com.example.billing.BillingProcess.Program;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures what webhooks add to the start of the program: {@code mvn test -Dtest=StartTimesTest
 * -Dstarts=5} starts it so often with and without them in turn, on the same database, and prints
 * the medians.
 */
@EnabledIfSystemProperty(named = "starts", matches = "\\d+", disabledReason = "no test of the build")
class StartTimesTest {
  /** Jars and folders of classes that only webhooks need. */
  private static final Pattern WEBHOOKS =
      Pattern.compile("(posthorn|netty|sqlite-jdbc)[^/\\\\]*(\\.jar|[/\\\\]target[/\\\\]classes)$");

  /** The starts of one program. */
  private static final class Starts {
    private final Program program;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();

    Starts(Program program) {
      this.program = program;
    }

    void measure(EmbeddedPostgresql database) throws IOException {
      try (BillingProcess process = BillingProcess.start(program, database)) {
        seconds.add(process.seconds());
        cpu.add(process.cpu().toMillis() / 1_000.0);
      }
    }

    String figures() {
      return "started in " + range(seconds) + ", processor time " + range(cpu);
    }

    private static String range(List<Double> values) {
      Collections.sort(values);
      return String.format(
          Locale.ROOT,
          "%.2f s (%.2f to %.2f)",
          values.get(values.size() / 2),
          values.getFirst(),
          values.getLast());
    }
  }

  @Test
  void webhooksAddLittleToTheStart() throws IOException {
    Starts with = new Starts(Program.billing());
    Starts without = new Starts(Program.without(BareBilling.class, WEBHOOKS));
    try (EmbeddedPostgresql database = EmbeddedPostgresql.start()) {
      new Starts(Program.billing()).measure(database); // creates the tables
      for (int i = 0; i < Integer.getInteger("starts"); i++) {
        with.measure(database);
        without.measure(database);
      }
    }
    System.out.println("With webhooks:    " + with.figures());
    System.out.println("Without webhooks: " + without.figures());
    assertThat(with.cpu).allMatch(seconds -> seconds > 0);
  }
}
