package com.example.billing;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/** A customer with a server that records webhooks, who uses the program by HTTP. */
final class Customer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Receiver server;
  private String secret = "";

  /** Starts the customer's server, which answers as a function says. */
  Customer(String name, Function<ReceivedRequest, Answer> answers) {
    this.name = name;
    this.server = Receiver.answering(answers);
  }

  /** Adds the URL of the customer's server as an endpoint. */
  void subscribe(RestClient billing) {
    Map<?, ?> added =
        billing
            .post()
            .uri("/customers/{name}/endpoints", name)
            .contentType(MediaType.APPLICATION_JSON)
            .body(Map.of("url", server.url("/hooks")))
            .retrieve()
            .body(Map.class);
    secret = String.valueOf(added.get("secret"));
  }

  /** Returns the id of a new invoice. */
  String invoice(RestClient billing, long cents) {
    Map<?, ?> created =
        billing
            .post()
            .uri("/invoices")
            .contentType(MediaType.APPLICATION_JSON)
            .body(Map.of("customer", name, "cents", cents))
            .retrieve()
            .body(Map.class);
    return String.valueOf(created.get("id"));
  }

  /** Returns the id of an invoice that was created and paid. */
  String invoiceAndPay(RestClient billing) {
    String invoice = invoice(billing, 4_200);
    pay(billing, invoice);
    return invoice;
  }

  /** Pays invoices in one transaction. */
  static void pay(RestClient billing, String... invoices) {
    billing
        .post()
        .uri("/payments")
        .contentType(MediaType.APPLICATION_JSON)
        .body(List.of(invoices))
        .retrieve()
        .toBodilessEntity();
  }

  /** Returns the secret to verify with. */
  String secret() {
    return secret;
  }

  /** Waits for a number of webhooks, and returns all that have arrived. */
  List<ReceivedRequest> awaitWebhooks(int count) {
    server.awaitRequests(count);
    return server.requests();
  }

  /** Waits for the webhook that tells of an invoice, also beyond the lease of a killed instance. */
  ReceivedRequest awaitWebhook(String invoice) {
    Await.until("a webhook tells of " + invoice, PATIENCE, () -> of(invoice).isPresent());
    return of(invoice).orElseThrow();
  }

  private Optional<ReceivedRequest> of(String invoice) {
    return server.requests().stream().filter(one -> one.text().contains(invoice)).findFirst();
  }

  @Override
  public void close() {
    server.close();
  }
}
