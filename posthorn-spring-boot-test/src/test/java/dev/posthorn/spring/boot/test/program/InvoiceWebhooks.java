package dev.posthorn.spring.boot.test.program;

import dev.posthorn.Posthorn;
import org.springframework.stereotype.Component;

@Component
public class InvoiceWebhooks {
  private final Posthorn posthorn;

  public InvoiceWebhooks(Posthorn posthorn) {
    this.posthorn = posthorn;
  }

  /** A payload. */
  public record Invoice(String invoiceId) {}

  public String invoicePaid(String customer, String invoice) {
    return posthorn.application(customer).send("invoice.paid", new Invoice(invoice)).id();
  }
}
