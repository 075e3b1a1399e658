package dev.posthorn.spring.modulith.program;

import dev.posthorn.Receipt;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.event.EventListener;
import org.springframework.modulith.events.EventExternalized;
import org.springframework.transaction.event.TransactionalEventListener;

/** Another module, which listens to events of the program and to those of the externalization. */
public class Ledger {
  private final List<InvoicePaid> invoices = new CopyOnWriteArrayList<>();
  private final List<Receipt> receipts = new CopyOnWriteArrayList<>();

  /** Keeps an invoice after the commit. */
  @TransactionalEventListener
  public void on(InvoicePaid event) {
    invoices.add(event);
  }

  /** Keeps the receipt of an event that was sent. */
  @EventListener
  public void on(EventExternalized<?, Receipt> sent) {
    receipts.add(sent.getBrokerResult());
  }

  /** Returns the invoices. */
  public List<InvoicePaid> invoices() {
    return invoices;
  }

  /** Returns the receipts. */
  public List<Receipt> receipts() {
    return receipts;
  }
}
