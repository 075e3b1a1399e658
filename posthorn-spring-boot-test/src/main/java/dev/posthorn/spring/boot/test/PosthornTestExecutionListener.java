package dev.posthorn.spring.boot.test;

import dev.posthorn.Application;
import dev.posthorn.Endpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.TestPosthorn;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Cleans the {@link TestPosthorn} of a context after each test. */
final class PosthornTestExecutionListener implements TestExecutionListener {
  @Override
  public void afterTestMethod(TestContext test) {
    if (!test.hasApplicationContext()) {
      return;
    }
    ApplicationContext context = test.getApplicationContext();
    TestPosthorn posthorn = context.getBeanProvider(TestPosthorn.class).getIfAvailable();
    if (posthorn != null && posthorn.posthorn().health().isLive()) {
      clean(posthorn);
    }
  }

  private static void clean(TestPosthorn test) {
    Posthorn posthorn = test.posthorn();
    for (Application application : posthorn.applications()) {
      if (application.id().equals(posthorn.id())) {
        for (Endpoint endpoint : application.endpoints().list()) {
          application.endpoints().remove(endpoint.id());
        }
      } else if (application.uid() != null) {
        posthorn.removeApplication(application.uid());
      }
    }
    test.deliverDue();
    test.receiver().respondWith(204);
    test.receiver().clear();
  }
}
