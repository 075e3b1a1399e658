package com.example.billing;

import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The HTTP API for invoices. */
@RestController
class InvoiceController {
  private final InvoiceService invoices;

  InvoiceController(InvoiceService invoices) {
    this.invoices = invoices;
  }

  /**
   * A request for an invoice.
   *
   * @param customer the customer
   * @param cents the amount
   */
  record NewInvoice(String customer, long cents) {}

  @PostMapping("/invoices")
  @ResponseStatus(HttpStatus.CREATED)
  Invoice create(@RequestBody NewInvoice request) {
    return invoices.create(request.customer(), request.cents());
  }

  @PostMapping("/payments")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void pay(@RequestBody List<UUID> ids) {
    invoices.pay(ids);
  }
}
