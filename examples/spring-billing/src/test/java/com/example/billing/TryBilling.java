package com.example.billing;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;

/**
 * The program with a database of its own and receivers on this machine, to try it: {@code mvn
 * spring-boot:test-run}.
 */
class TryBilling {
  private TryBilling() {}

  /** Starts the program. */
  public static void main(String[] arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--posthorn.keys.secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "--posthorn.network.allowed=127.0.0.0/8"));
    all.addAll(List.of(arguments));
    SpringApplication.from(BillingApplication::main)
        .with(EmbeddedDatabase.class)
        .run(all.toArray(String[]::new));
  }
}
