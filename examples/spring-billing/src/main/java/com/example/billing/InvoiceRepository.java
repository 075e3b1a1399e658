package com.example.billing;

import java.util.UUID;
import org.springframework.data.repository.CrudRepository;

/** The invoices in the database. */
public interface InvoiceRepository extends CrudRepository<Invoice, UUID> {}
