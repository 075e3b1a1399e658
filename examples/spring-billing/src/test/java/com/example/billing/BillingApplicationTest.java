package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.posthorn.Posthorn;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program on PostgreSQL, and a customer who verifies what arrives. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "posthorn.keys.secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      "posthorn.network.allowed=127.0.0.0/8",
    })
@Import(EmbeddedDatabase.class)
class BillingApplicationTest {
  @LocalServerPort private int port;
  @Autowired private JdbcClient database;
  @Autowired private Posthorn posthorn;

  private RestClient billing;

  @BeforeEach
  void connect() {
    billing = RestClient.create("http://127.0.0.1:" + port);
  }

  private long count(String table) {
    return database.sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }

  private JsonNode get(String path) {
    return billing.get().uri(path).retrieve().body(JsonNode.class);
  }

  @Test
  void aPaymentThatCommitsIsDeliveredAndItsSignatureVerifies() throws Exception {
    try (Customer customer = new Customer("committing", request -> Answer.status(204))) {
      customer.subscribe(billing);
      String invoice = customer.invoice(billing, 4_200);

      Customer.pay(billing, invoice);

      ReceivedRequest webhook = customer.awaitWebhooks(1).getFirst();
      Verifier.of(customer.secret()).verify(webhook::header, webhook.body());
      JsonNode payload = new JsonMapper().readTree(webhook.body());
      assertThat(payload.get("invoice").asString()).isEqualTo(invoice);
      assertThat(payload.get("cents").asLong()).isEqualTo(4_200);
      assertThat(payload.get("paidAt").asString()).endsWith("Z");
    }
  }

  @Test
  void aPaymentThatRollsBackLeavesNothing() {
    try (Customer customer = new Customer("rolling-back", request -> Answer.status(204))) {
      customer.subscribe(billing);
      String paid = customer.invoice(billing, 100);
      String open = customer.invoice(billing, 200);
      Customer.pay(billing, paid);
      customer.awaitWebhooks(1);

      assertThatExceptionOfType(HttpClientErrorException.Conflict.class)
          .isThrownBy(() -> Customer.pay(billing, open, paid)); // the second one fails

      assertThat(count("invoice WHERE paid_at IS NULL AND id = '" + open + "'")).isOne();
      Await.until("the inbox is empty", () -> count("posthorn_inbox") == 0);
      assertThat(posthorn.application("rolling-back").messages().list(null, 10).messages())
          .hasSize(1);
      Customer.pay(billing, open); // under the same event id, which the rollback has freed
      assertThat(customer.awaitWebhooks(2).getLast().text()).contains(open);
    }
  }

  @Test
  void aCustomerIsTheOnlyOneWhoIsToldOfTheirInvoices() {
    try (Customer one = new Customer("one", request -> Answer.status(204));
        Customer other = new Customer("other", request -> Answer.status(204))) {
      one.subscribe(billing);
      other.subscribe(billing);
      String first = one.invoice(billing, 1);
      String second = other.invoice(billing, 2);

      Customer.pay(billing, first, second);

      assertThat(one.awaitWebhooks(1)).singleElement().matches(w -> w.text().contains(first));
      assertThat(other.awaitWebhooks(1)).singleElement().matches(w -> w.text().contains(second));
    }
  }

  @Test
  void aBadUrlIsTheCustomersMistake() {
    assertThatExceptionOfType(HttpClientErrorException.BadRequest.class)
        .isThrownBy(
            () ->
                billing
                    .post()
                    .uri("/customers/one/endpoints")
                    .body(Map.of("url", "ftp://example.com"))
                    .retrieve()
                    .toBodilessEntity())
        .withMessageContaining("url");
  }

  @Test
  void healthAndMetricsSayWhatPosthornDoes() {
    assertThat(get("/actuator/health").at("/components/posthorn/status").asString())
        .isEqualTo("UP");
    assertThat(get("/actuator/health/readiness").get("status").asString()).isEqualTo("UP");
    JsonNode accepted = get("/actuator/metrics/posthorn.messages.accepted");
    assertThat(accepted.at("/measurements/0/value").isNumber()).isTrue();
  }
}
