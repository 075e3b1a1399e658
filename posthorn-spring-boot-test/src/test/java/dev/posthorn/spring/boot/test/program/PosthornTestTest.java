package dev.posthorn.spring.boot.test.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Attempt;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.test.PosthornTest;
import dev.posthorn.testkit.TestPosthorn;
import dev.posthorn.testkit.TestReceiver;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@PosthornTest(
    value = InvoiceWebhooks.class,
    properties = {
      "posthorn.delivery.retry-schedule=1h",
      "spring.jackson.property-naming-strategy=SNAKE_CASE"
    })
class PosthornTestTest {
  @Autowired private InvoiceWebhooks webhooks;
  @Autowired private Posthorn posthorn;
  @Autowired private TestPosthorn test;
  @Autowired private TestReceiver receiver;
  @Autowired private ApplicationContext context;

  @RepeatedTest(2)
  void aRetryFollowsTheProgramsScheduleInTheTimeThatTheTestSets() {
    posthorn.application("customer-17").endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
    receiver.respondWith(503);
    String id = webhooks.invoicePaid("customer-17", "inv_1");
    test.deliverDue();
    receiver.respondWith(204);
    test.advance(Duration.ofHours(1));
    test.deliverDue();
    assertThat(posthorn.application("customer-17").messages().attempts(id))
        .extracting(Attempt::status)
        .containsExactly(503, 204);
    assertThat(receiver.requests()).hasSize(2);
    assertThat(receiver.lastRequest().text()).isEqualTo("{\"invoice_id\":\"inv_1\"}");
  }

  @Test
  void eachTestBeginsWithoutWhatOthersLeft() {
    assertThat(posthorn.applications()).hasSizeLessThanOrEqualTo(1); // the default one
    assertThat(posthorn.endpoints().list()).isEmpty();
    assertThat(receiver.requests()).isEmpty();
    posthorn.endpoints().add(NewEndpoint.of(receiver.url("/left")));
    posthorn.send("left.behind", "{}");
    receiver.respondWith(500);
  }

  @Test
  void theContextHasOnlyWhatTheTestNames() {
    assertThat(context.getBeanProvider(Heavy.class).getIfAvailable()).isNull();
    assertThat(context.getBeanProvider(DataSource.class).getIfAvailable()).isNull();
    assertThat(context.getBeansOfType(InvoiceWebhooks.class)).hasSize(1);
    assertThat(context.getBean(PosthornOptions.class).file()).isNotEqualTo(null);
  }
}
