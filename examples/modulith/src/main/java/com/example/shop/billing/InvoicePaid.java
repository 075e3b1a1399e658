package com.example.shop.billing;

import org.springframework.modulith.events.Externalized;

/**
 * The event of a paid invoice: for other modules, and as the webhook {@code invoice.paid} for the
 * customer.
 *
 * @param customer the customer
 * @param invoice the invoice
 */
@Externalized("invoice.paid::#{#this.customer}")
public record InvoicePaid(String customer, String invoice) {}
