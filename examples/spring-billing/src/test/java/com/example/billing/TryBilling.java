package com.example.billing;

import org.springframework.boot.SpringApplication;

/** The program with a database of its own, to try it: {@code mvn spring-boot:test-run}. */
class TryBilling {
  private TryBilling() {}

  /** Starts the program. */
  public static void main(String[] arguments) {
    SpringApplication.from(BillingApplication::main).with(EmbeddedDatabase.class).run(arguments);
  }
}
