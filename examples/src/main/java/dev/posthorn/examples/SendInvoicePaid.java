package dev.posthorn.examples;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.Receipt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Sends an event: the whole of it. */
public final class SendInvoicePaid {
  private SendInvoicePaid() {}

  /** Takes the URL of a receiver. */
  public static void main(String[] args) {
    try (Posthorn posthorn = Posthorn.open(Path.of("webhooks.db"))) {
      if (posthorn.endpoints().find("accounting").isEmpty()) {
        posthorn
            .endpoints()
            .add(NewEndpoint.builder(args[0]).uid("accounting").events("invoice.*").build());
      }
      Receipt receipt =
          posthorn.send(
              NewMessage.builder("invoice.paid", Map.of("id", "inv_1"))
                  .eventId("invoice-1-paid")
                  .build());
      System.out.println(receipt.id() + " is on disk and will arrive");
      System.out.println(posthorn.messages().await(receipt.id(), Duration.ofSeconds(30)));
    }
  }
}
