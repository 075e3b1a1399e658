package com.example.billing;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Invoices of customers, who are told once they are paid. */
@SpringBootApplication
public class BillingApplication {

  /** Starts the program. */
  public static void main(String[] arguments) {
    SpringApplication.run(BillingApplication.class, arguments);
  }
}
