package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.billing.BillingProcess.Program;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/**
 * Two instances of the program on one database, which know nothing of each other but what is in it:
 * no address, and no port of Posthorn's.
 */
class TwoInstancesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_CUSTOMERS = 64;

  private final List<Customer> customers = new ArrayList<>();

  @AfterEach
  void close() {
    customers.forEach(Customer::close);
  }

  @Test
  void bothAcceptAndDeliverAndOneGoesOnAfterTheOtherWasKilled() throws Exception {
    try (EmbeddedPostgresql database = EmbeddedPostgresql.start();
        BillingProcess first = BillingProcess.start(Program.billing(), database);
        BillingProcess second = BillingProcess.start(Program.billing(), database)) {
      RestClient one = first.client();
      RestClient other = second.client();
      awaitPartitions(one, 128);
      awaitPartitions(other, 128);

      while (delivered(one) == 0 || delivered(other) == 0) {
        assertThat(customers).as("each instance delivers for some").hasSizeLessThan(MOST_CUSTOMERS);
        payThroughBoth(newCustomer(), one, other);
      }
      second.kill();

      for (Customer customer : customers) { // those of the killed one after its lease
        pay(customer, one);
      }
      awaitPartitions(one, 256);
      assertThat(first.isAlive()).isTrue();
    }
  }

  private Customer newCustomer() {
    Customer customer = new Customer("customer-" + customers.size(), request -> Answer.status(204));
    customers.add(customer);
    return customer;
  }

  /** Adds the customer's endpoint at one instance, and pays an invoice at each. */
  private static void payThroughBoth(Customer customer, RestClient one, RestClient other)
      throws Exception {
    customer.subscribe(one);
    pay(customer, other);
    pay(customer, one);
  }

  private static void pay(Customer customer, RestClient billing) throws Exception {
    ReceivedRequest webhook = customer.awaitWebhook(customer.invoiceAndPay(billing));
    Verifier.of(customer.secret()).verify(webhook::header, webhook.body());
  }

  private static void awaitPartitions(RestClient billing, int count) {
    Await.until(
        "it delivers for " + count + " partitions",
        PATIENCE,
        () -> metric(billing, "posthorn.node.partitions") == count);
  }

  private static double delivered(RestClient billing) {
    return metric(billing, "posthorn.deliveries.ended?tag=state:succeeded");
  }

  private static double metric(RestClient billing, String name) {
    JsonNode found = billing.get().uri("/actuator/metrics/" + name).retrieve().body(JsonNode.class);
    return found.at("/measurements/0/value").asDouble();
  }
}
