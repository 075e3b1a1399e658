package com.example.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import dev.posthorn.testkit.receiver.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** The console under {@code /admin/webhooks}: for people of the business, by what they may do. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "posthorn.keys.secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      "posthorn.network.allowed=127.0.0.0/8",
    })
@Import({EmbeddedDatabase.class, ConsoleInBillingTest.People.class})
class ConsoleInBillingTest {
  @LocalServerPort private int port;
  @Autowired private Posthorn posthorn;

  private RestClient console;

  /** Someone of the support, someone who runs webhooks, and a customer. */
  @TestConfiguration(proxyBeanMethods = false)
  static class People {

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager(
          person("sue", "SUPPORT"), person("ann", "WEBHOOKS"), person("cid", "CUSTOMER"));
    }

    private static org.springframework.security.core.userdetails.UserDetails person(
        String name, String role) {
      return User.withUsername(name).password("{noop}" + name).roles(role).build();
    }
  }

  @BeforeEach
  void connect() {
    console =
        RestClient.builder()
            .baseUrl("http://127.0.0.1:" + port + "/admin/webhooks")
            .defaultHeader("X-Posthorn-Console", "1")
            .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {})
            .build();
  }

  private int status(String person, String path) {
    return console
        .get()
        .uri(path)
        .headers(
            headers -> {
              if (!person.isEmpty()) {
                headers.setBasicAuth(person, person);
              }
            })
        .retrieve()
        .toBodilessEntity()
        .getStatusCode()
        .value();
  }

  private int pause(String person, String endpoint) {
    return console
        .post()
        .uri("/api/v1/app/looked-at/endpoint/{id}/pause", endpoint)
        .headers(headers -> headers.setBasicAuth(person, person))
        .retrieve()
        .toBodilessEntity()
        .getStatusCode()
        .value();
  }

  @Test
  void onlyPeopleOfTheBusinessReachIt() {
    for (String path : List.of("", "/console/main.js", "/api/v1/app")) {
      assertThat(status("", path)).as(path).isEqualTo(401);
      assertThat(status("cid", path)).as(path).isEqualTo(403);
      assertThat(status("sue", path)).as(path).isEqualTo(200);
    }
  }

  @Test
  void theSupportLooksAndWhoRunsWebhooksActs() {
    try (Customer customer = new Customer("looked-at", request -> Answer.status(204))) {
      RestClient billing = RestClient.create("http://127.0.0.1:" + port);
      customer.subscribe(billing);
      String invoice = customer.invoice(billing, 4_200);
      Customer.pay(billing, invoice);
      customer.awaitWebhooks(1);
      String endpoint = posthorn.application("looked-at").endpoints().list().getFirst().id();

      JsonNode messages =
          console
              .get()
              .uri("/api/v1/app/looked-at/msg")
              .headers(headers -> headers.setBasicAuth("sue", "sue"))
              .retrieve()
              .body(JsonNode.class);
      assertThat(messages.at("/data/0/payload/invoice").asString()).isEqualTo(invoice);
      assertThat(pause("sue", endpoint)).isEqualTo(403);
      assertThat(pause("ann", endpoint)).isLessThan(300);
      JsonNode log =
          console
              .get()
              .uri("/api/v1/console/audit")
              .headers(headers -> headers.setBasicAuth("sue", "sue"))
              .retrieve()
              .body(JsonNode.class);
      assertThat(log.at("/data/0/person").asString()).isEqualTo("ann");
    }
  }
}
