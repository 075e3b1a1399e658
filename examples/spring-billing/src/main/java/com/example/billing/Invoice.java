package com.example.billing;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;

/** An invoice of a customer. */
@Entity
public class Invoice {
  @Id private UUID id;
  private String customer;
  private long cents;
  private Instant paidAt;
  @Version private Integer version;

  /** Creates one for JPA. */
  protected Invoice() {}

  /** Creates an invoice that is not paid yet. */
  public Invoice(String customer, long cents) {
    this.id = UUID.randomUUID();
    this.customer = customer;
    this.cents = cents;
  }

  /** Marks the invoice as paid. */
  public void pay(Instant time) {
    if (paidAt != null) {
      throw new AlreadyPaidException(id);
    }
    paidAt = time;
  }

  /** Returns the id. */
  public UUID getId() {
    return id;
  }

  /** Returns the customer. */
  public String getCustomer() {
    return customer;
  }

  /** Returns the amount. */
  public long getCents() {
    return cents;
  }

  /** Returns the time of the payment, or null. */
  public Instant getPaidAt() {
    return paidAt;
  }
}
