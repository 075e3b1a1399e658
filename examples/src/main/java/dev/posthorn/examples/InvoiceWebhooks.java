package dev.posthorn.examples;

import dev.posthorn.Delivery;
import dev.posthorn.DeliveryState;
import dev.posthorn.Endpoints;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.PosthornStats;
import dev.posthorn.metrics.PosthornMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The webhooks of a program with customers: endpoints, messages, errors, states and metrics. */
public final class InvoiceWebhooks implements AutoCloseable {
  private final Posthorn posthorn;

  /** Opens the database and binds its metrics. */
  public InvoiceWebhooks(PosthornOptions options, MeterRegistry registry) {
    this.posthorn = Posthorn.open(options);
    new PosthornMetrics(posthorn).bindTo(registry);
  }

  /** Sends a customer's invoice events to a URL. */
  public void subscribe(String customer, String url) {
    Endpoints endpoints = posthorn.application(customer).endpoints();
    if (endpoints.find("invoices").isEmpty()) {
      endpoints.add(NewEndpoint.builder(url).uid("invoices").events("invoice.*").build());
    }
  }

  /** Returns the id of the message, or nothing if it must be sent again later. */
  public Optional<String> paid(String customer, String invoice) {
    NewMessage message =
        NewMessage.builder("invoice.paid", Map.of("id", invoice))
            .eventId("invoice-" + invoice + "-paid")
            .build();
    try {
      return Optional.of(posthorn.application(customer).send(message).id());
    } catch (PosthornException e) {
      return switch (e.reason()) {
        case OVERLOADED, STORE_FULL, STORE_FAILED, UNKNOWN -> Optional.empty();
        default -> throw e; // a mistake in this program: the message says what to change
      };
    }
  }

  /** Returns the states of a message's deliveries. */
  public List<DeliveryState> states(String customer, String message) {
    return posthorn.application(customer).messages().deliveries(message).stream()
        .map(Delivery::state)
        .toList();
  }

  /** Returns counts for a status page. */
  public PosthornStats stats() {
    return posthorn.stats();
  }

  @Override
  public void close() {
    posthorn.close();
  }
}
