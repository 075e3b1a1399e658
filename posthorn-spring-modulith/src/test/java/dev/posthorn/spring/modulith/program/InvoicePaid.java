package dev.posthorn.spring.modulith.program;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.Externalized;

/**
 * An event of one customer.
 *
 * @param customer the customer
 * @param invoice the invoice
 * @param paidAt the time of the payment
 */
@Externalized("invoice.paid::#{#this.customer}")
public record InvoicePaid(@Nullable String customer, String invoice, Instant paidAt) {

  /** Returns an event of a customer. */
  public static InvoicePaid of(@Nullable String customer, String invoice) {
    return new InvoicePaid(customer, invoice, Instant.parse("2030-01-01T08:00:00Z"));
  }
}
