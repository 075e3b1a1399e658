package com.example.billing;

import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The business: customers are told of what is committed, and of nothing else. */
@Service
public class InvoiceService {
  private final InvoiceRepository invoices;
  private final Posthorn posthorn;

  /** Creates the service. */
  public InvoiceService(InvoiceRepository invoices, Posthorn posthorn) {
    this.invoices = invoices;
    this.posthorn = posthorn;
  }

  /** Creates an invoice. */
  @Transactional
  public Invoice create(String customer, long cents) {
    return invoices.save(new Invoice(customer, cents));
  }

  /** Marks invoices as paid and tells their customers: all of it, or nothing. */
  @Transactional
  public void pay(List<UUID> ids) {
    for (UUID id : ids) {
      Invoice invoice = invoices.findById(id).orElseThrow();
      invoice.pay(Instant.now());
      posthorn
          .application(invoice.getCustomer())
          .send(
              NewMessage.builder("invoice.paid", InvoicePaid.of(invoice))
                  .eventId("invoice-" + id + "-paid")
                  .build());
    }
  }
}
