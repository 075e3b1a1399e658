package dev.posthorn.spring.boot.test.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.test.PosthornTest;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextManager;

/** The files of contexts, which the test framework keeps for later tests. */
class ContextsTest {
  @PosthornTest(properties = "posthorn.delivery.concurrency=2")
  static class First {}

  @PosthornTest(properties = "posthorn.delivery.concurrency=2")
  static class Second {}

  @PosthornTest(properties = "posthorn.delivery.concurrency=3")
  static class Third {}

  private static TestContext of(Class<?> test) {
    return new TestContextManager(test).getTestContext();
  }

  private static Path file(ApplicationContext context) {
    return Objects.requireNonNull(context.getBean(PosthornOptions.class).file());
  }

  @Test
  void equalTestsShareAContextAndOthersHaveAFileOfTheirOwn() {
    TestContext first = of(First.class);
    TestContext third = of(Third.class);
    ApplicationContext context = first.getApplicationContext();
    ApplicationContext other = third.getApplicationContext();
    assertThat(of(Second.class).getApplicationContext()).isSameAs(context);
    assertThat(file(other)).exists().isNotEqualTo(file(context));
    assertThat(context.getBean(Posthorn.class).health().isReady()).isTrue();
    assertThat(other.getBean(Posthorn.class).health().isReady()).isTrue();
    Path folder = file(context).getParent();
    first.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
    third.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
    assertThat(folder).doesNotExist();
  }
}
