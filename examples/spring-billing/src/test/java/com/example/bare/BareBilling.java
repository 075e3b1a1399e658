package com.example.bare;

import com.example.billing.Invoice;
import com.example.billing.InvoiceRepository;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The program without webhooks, to measure what these add to its start. It has no main method, so
 * that {@code mvn spring-boot:test-run} finds that of {@code TryBilling}.
 */
@SpringBootApplication
@EntityScan(basePackageClasses = Invoice.class)
@EnableJpaRepositories(basePackageClasses = InvoiceRepository.class)
public class BareBilling {

  /** The HTTP API for invoices. */
  @RestController
  static class Invoices {
    private final InvoiceRepository invoices;

    Invoices(InvoiceRepository invoices) {
      this.invoices = invoices;
    }

    @GetMapping("/invoices")
    Iterable<Invoice> list() {
      return invoices.findAll();
    }
  }
}
