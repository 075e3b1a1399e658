package dev.posthorn.testkit;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit extension (Jupiter 5 and 6) that opens a {@link TestPosthorn} for each test that wants
 * one, and closes it after the test.
 *
 * <p>Tests and {@code @BeforeEach} methods may have parameters of the types {@link TestPosthorn},
 * {@link Posthorn} and {@link TestReceiver}; within one test all come from the same {@link
 * TestPosthorn}.
 *
 * <pre>{@code
 * @ExtendWith(PosthornExtension.class)
 * class InvoiceTest {
 *   @Test
 *   void aPaidInvoiceIsSent(TestPosthorn test) { … }
 * }
 * }</pre>
 *
 * <p>With other options:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PosthornExtension POSTHORN =
 *     PosthornExtension.with(options -> options.strictEventTypes(true));
 * }</pre>
 */
public final class PosthornExtension implements ParameterResolver, AfterEachCallback {
  private final Consumer<PosthornOptions.Builder> change;

  /** Creates an extension that opens with the default options. */
  public PosthornExtension() {
    this(options -> {});
  }

  private PosthornExtension(Consumer<PosthornOptions.Builder> change) {
    this.change = change;
  }

  /**
   * Returns an extension that opens with other options; see {@link TestPosthorn#open(Consumer)}.
   */
  public static PosthornExtension with(Consumer<PosthornOptions.Builder> change) {
    return new PosthornExtension(change);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestPosthorn.class || type == Posthorn.class || type == TestReceiver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "A "
              + type.getSimpleName()
              + " is opened for each test: make it a parameter of the test or of a @BeforeEach"
              + " method, not of a constructor or a @BeforeAll method");
    }
    TestPosthorn test = opened(context);
    if (type == Posthorn.class) {
      return test.posthorn();
    }
    return type == TestReceiver.class ? test.receiver() : test;
  }

  private TestPosthorn opened(ExtensionContext context) {
    ExtensionContext.Store store = store(context);
    TestPosthorn test = store.get(this, TestPosthorn.class);
    if (test == null) {
      test = TestPosthorn.open(change);
      store.put(this, test);
    }
    return test;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestPosthorn test = store(context).remove(this, TestPosthorn.class);
    if (test != null) {
      test.close();
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(PosthornExtension.class));
  }
}
