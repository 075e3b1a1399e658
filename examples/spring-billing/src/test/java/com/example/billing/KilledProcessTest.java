package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.billing.BillingProcess.Program;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;

/**
 * The program as a process of its own, killed while a webhook is on its way. It takes the time of
 * two starts, and of the lease that the killed process still holds.
 */
class KilledProcessTest {

  @Test
  void whatIsCommittedArrivesAfterTheProcessWasKilled() throws Exception {
    AtomicBoolean answering = new AtomicBoolean();
    try (EmbeddedPostgresql database = EmbeddedPostgresql.start();
        Customer customer =
            new Customer(
                "customer-17",
                request ->
                    answering.get()
                        ? Answer.status(204)
                        : Answer.status(204).after(Duration.ofMinutes(1)))) {
      String invoice;
      try (BillingProcess first = BillingProcess.start(Program.billing(), database)) {
        RestClient billing = first.client();
        customer.subscribe(billing);
        invoice = customer.invoice(billing, 4_200);
        Customer.pay(billing, invoice);
        customer.awaitWebhooks(1); // and does not answer
        first.kill();
      }
      answering.set(true);

      try (BillingProcess second = BillingProcess.start(Program.billing(), database)) {
        List<ReceivedRequest> webhooks = customer.awaitWebhooks(2);

        ReceivedRequest again = webhooks.getLast();
        Verifier.of(customer.secret()).verify(again::header, again.body());
        assertThat(again.text()).contains(invoice);
        assertThat(again.header("webhook-id")).isEqualTo(webhooks.getFirst().header("webhook-id"));
        assertThat(second.isAlive()).isTrue();
      }
    }
  }
}
