package com.example.shop.billing;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Invoices. This module knows nothing of webhooks. */
@Service
public class Billing {
  private final JdbcClient database;
  private final ApplicationEventPublisher events;

  /** Creates the service. */
  public Billing(JdbcClient database, ApplicationEventPublisher events) {
    this.database = database;
    this.events = events;
  }

  /** Creates an invoice. */
  @Transactional
  public void create(String customer, String invoice) {
    database.sql("INSERT INTO invoice VALUES (?, ?, FALSE)").params(invoice, customer).update();
  }

  /** Marks invoices as paid: all of them, or none. */
  @Transactional
  public void pay(String... invoices) {
    for (String invoice : invoices) {
      String customer =
          database
              .sql("SELECT customer FROM invoice WHERE id = ? AND NOT paid")
              .param(invoice)
              .query(String.class)
              .optional()
              .orElseThrow(() -> new IllegalArgumentException(invoice + " cannot be paid"));
      database.sql("UPDATE invoice SET paid = TRUE WHERE id = ?").param(invoice).update();
      events.publishEvent(new InvoicePaid(customer, invoice));
    }
  }
}
