package dev.posthorn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.RetrySchedule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvoiceWebhooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T08:00:00Z"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private InvoiceWebhooks open() {
    return new InvoiceWebhooks(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .retrySchedule(RetrySchedule.of(Duration.ofHours(10)))
            .jitter(0)
            .clock(now::get)
            .build(),
        registry);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aDeliveryFailsAfterItsSecondAttemptTenHoursLater() {
    try (InvoiceWebhooks webhooks = open()) {
      webhooks.subscribe("customer-17", "http://127.0.0.1:1/hooks"); // nobody listens there
      String message = webhooks.paid("customer-17", "inv_1").orElseThrow();
      await(() -> webhooks.stats().attempts().time().count() == 1);
      assertThat(webhooks.states("customer-17", message)).containsOnly(DeliveryState.WAITING);

      now.updateAndGet(time -> time.plus(Duration.ofHours(10)));

      await(() -> webhooks.states("customer-17", message).equals(List.of(DeliveryState.FAILED)));
      await(() -> webhooks.stats().attempts().results().getOrDefault("connect", 0L) == 2);
      assertThat(registry.get("posthorn.messages.accepted").functionCounter().count()).isOne();
    }
  }

  @Test
  void anInvalidCustomerIsAMistakeOfTheProgram() {
    try (InvoiceWebhooks webhooks = open()) {
      assertThatThrownBy(() -> webhooks.paid("no blanks please", "inv_1"))
          .isInstanceOfSatisfying(
              PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
          .hasMessageContaining("uid");
    }
  }
}
