package com.example.billing;

import java.time.Instant;
import java.util.UUID;

/**
 * The payload of the webhook {@code invoice.paid}.
 *
 * @param invoice the id of the invoice
 * @param cents the amount
 * @param paidAt the time of the payment
 */
public record InvoicePaid(UUID invoice, long cents, Instant paidAt) {

  /** Returns the payload for an invoice. */
  static InvoicePaid of(Invoice invoice) {
    return new InvoicePaid(invoice.getId(), invoice.getCents(), invoice.getPaidAt());
  }
}
