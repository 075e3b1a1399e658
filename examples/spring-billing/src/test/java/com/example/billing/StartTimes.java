package com.example.billing;

import com.example.bare.BareBilling;
import com.example.billing.BillingProcess.Program;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Measures what webhooks add to the start of the program. It starts the program with and without
 * them in turn, on the same database, and prints the medians.
 */
final class StartTimes {
  /** Jars and folders of classes that only webhooks need. */
  private static final Pattern WEBHOOKS =
      Pattern.compile("(posthorn|netty|sqlite-jdbc)[^/\\\\]*(\\.jar|[/\\\\]target[/\\\\]classes)$");

  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> cpu = new ArrayList<>();

  private StartTimes() {}

  /** Takes the number of starts of each program; 5 by default. */
  public static void main(String[] arguments) throws IOException {
    int starts = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    Program with = Program.billing();
    Program without = Program.without(BareBilling.class, WEBHOOKS);
    StartTimes webhooks = new StartTimes();
    StartTimes bare = new StartTimes();
    try (EmbeddedPostgresql database = EmbeddedPostgresql.start()) {
      new StartTimes().measure(with, database); // creates the tables
      for (int i = 0; i < starts; i++) {
        webhooks.measure(with, database);
        bare.measure(without, database);
      }
    }
    webhooks.print("with webhooks");
    bare.print("without");
  }

  private void measure(Program program, EmbeddedPostgresql database) throws IOException {
    try (BillingProcess process = BillingProcess.start(program, database)) {
      seconds.add(process.seconds());
      cpu.add(process.cpu().toMillis() / 1_000.0);
    }
  }

  private void print(String name) {
    Collections.sort(seconds);
    Collections.sort(cpu);
    System.out.printf(
        Locale.ROOT,
        "%-15s started in %.2f s (%.2f to %.2f), %.2f s of processor time (%.2f to %.2f)%n",
        name,
        median(seconds),
        seconds.getFirst(),
        seconds.getLast(),
        median(cpu),
        cpu.getFirst(),
        cpu.getLast());
  }

  private static double median(List<Double> sorted) {
    return sorted.get(sorted.size() / 2);
  }
}
