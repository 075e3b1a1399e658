package dev.posthorn.spring.boot.test;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import dev.posthorn.spring.boot.PosthornOpener;
import dev.posthorn.spring.boot.observation.PosthornObservationAutoConfiguration;
import dev.posthorn.testkit.TestPosthorn;
import dev.posthorn.testkit.TestReceiver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of a {@link TestPosthorn} behind the bean {@link Posthorn}. */
@AutoConfiguration(
    before = {PosthornAutoConfiguration.class, PosthornObservationAutoConfiguration.class})
public class TestPosthornAutoConfiguration {

  /** Returns a Posthorn with a settable time, on the options of the program. */
  @Bean(destroyMethod = "close")
  TestPosthorn testPosthorn(PosthornOptions options, TestFolder folder) {
    return TestPosthorn.open(options);
  }

  /** Returns the receiver that records. */
  @Bean
  TestReceiver testReceiver(TestPosthorn test) {
    return test.receiver();
  }

  /** Returns an opener that opens the one for tests, which opens once. */
  @Bean
  PosthornOpener testPosthornOpener(ObjectProvider<TestPosthorn> test) {
    return new PosthornOpener() {
      @Override
      public Posthorn open(PosthornOptions options) {
        return test.getObject().posthorn();
      }

      @Override
      public boolean opensAgain() {
        return false;
      }
    };
  }
}
