package com.example.shop.shipping;

import com.example.shop.billing.InvoicePaid;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Service;

/** Shipments of what is paid. */
@Service
class Shipping {
  private final JdbcClient database;

  Shipping(JdbcClient database) {
    this.database = database;
  }

  /** Ships what is paid, after the commit and in a transaction of its own. */
  @ApplicationModuleListener
  void on(InvoicePaid event) {
    database.sql("INSERT INTO shipment VALUES (?)").param(event.invoice()).update();
  }
}
