package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.shop.billing.Billing;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.spring.boot.test.AutoConfigurePosthorn;
import dev.posthorn.testkit.TestReceiver;
import dev.posthorn.testkit.receiver.Await;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Events of the billing module, as the customer's server sees them. */
@SpringBootTest
@AutoConfigurePosthorn
class WebhooksTest {
  @Autowired private Billing billing;
  @Autowired private Posthorn posthorn;
  @Autowired private TestReceiver receiver;
  @Autowired private JdbcClient database;

  private void subscribe(String customer) {
    posthorn.application(customer).endpoints().add(NewEndpoint.of(receiver.url("/" + customer)));
  }

  private long count(String what) {
    return database.sql("SELECT COUNT(*) FROM " + what).query(Long.class).single();
  }

  @Test
  void aPaidInvoiceIsAWebhookAndIsShipped() {
    subscribe("customer-17");
    billing.create("customer-17", "inv_1");

    billing.pay("inv_1");

    receiver.awaitRequests(1); // whose signature the receiver has verified
    assertThat(receiver.lastRequest().text())
        .isEqualTo("{\"customer\":\"customer-17\",\"invoice\":\"inv_1\"}");
    Await.until("the invoice is shipped", () -> count("shipment WHERE invoice = 'inv_1'") == 1);
    // One for shipping, and none for the webhook.
    assertThat(count("event_publication WHERE serialized_event LIKE '%inv_1%'")).isOne();
  }

  @Test
  void aPaymentThatRollsBackIsNoWebhook() {
    subscribe("customer-18");
    billing.create("customer-18", "inv_2");

    assertThatThrownBy(() -> billing.pay("inv_2", "unknown")).hasMessage("unknown cannot be paid");
    billing.pay("inv_2");

    receiver.awaitRequests(1);
    Await.until("the inbox is empty", () -> count("posthorn_inbox") == 0);
    assertThat(posthorn.application("customer-18").messages().list(null, 10).messages()).hasSize(1);
  }
}
