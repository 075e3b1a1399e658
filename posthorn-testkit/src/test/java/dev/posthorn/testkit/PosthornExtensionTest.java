package dev.posthorn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Health;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PosthornExtensionTest {
  private static final List<Posthorn> OPENED = new ArrayList<>();

  @RegisterExtension
  static final PosthornExtension POSTHORN =
      PosthornExtension.with(options -> options.strictEventTypes(true));

  @BeforeEach
  void anEndpointIsThere(Posthorn posthorn, TestReceiver receiver) {
    posthorn.eventTypes().put("a.b", "An event");
    posthorn.endpoints().add(NewEndpoint.of(receiver.url()));
    OPENED.add(posthorn);
  }

  @AfterAll
  static void everyTestHadItsOwnAndAllAreClosed() {
    assertThat(OPENED).doesNotHaveDuplicates();
    assertThat(OPENED)
        .extracting(posthorn -> posthorn.health().state())
        .containsOnly(Health.State.CLOSED);
  }

  @RepeatedTest(2)
  void aTestHasTheOneThatItsPreparationHad(TestPosthorn test, TestReceiver receiver) {
    assertThat(test.posthorn()).isSameAs(OPENED.getLast());
    assertThat(test.receiver()).isSameAs(receiver);
    test.posthorn().send("a.b", "{}");
    test.deliverDue();
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void optionsAreThoseThatWereSet(Posthorn posthorn) {
    assertThatThrownBy(() -> posthorn.send("no.such.type", "{}"))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
  }
}
