package dev.posthorn.spring.boot.test.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.test.AutoConfigurePosthorn;
import dev.posthorn.testkit.TestPosthorn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(properties = "posthorn.enabled=false") // by the program, for all other tests
@AutoConfigurePosthorn
class AutoConfigurePosthornTest {
  @Autowired private InvoiceWebhooks webhooks;
  @Autowired private Posthorn posthorn;
  @Autowired private TestPosthorn test;
  @Autowired private Heavy heavy;
  @Autowired private PosthornOptions options;

  @Test
  void theWholeProgramSendsThroughTheOneForTests() {
    assertThat(heavy).isNotNull();
    posthorn
        .application("customer-17")
        .endpoints()
        .add(NewEndpoint.of(test.receiver().url("/hooks")));
    webhooks.invoicePaid("customer-17", "inv_1");
    test.deliverDue();
    assertThat(test.receiver().lastRequest().text()).isEqualTo("{\"invoiceId\":\"inv_1\"}");
  }

  @Test
  void theFileIsATemporaryOne() {
    assertThat(options.file()).startsWith(Path.of(System.getProperty("java.io.tmpdir")));
  }
}
