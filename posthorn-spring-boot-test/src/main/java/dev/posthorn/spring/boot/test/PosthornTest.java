package dev.posthorn.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of a program's webhooks alone: its context has Posthorn, as {@link AutoConfigurePosthorn}
 * configures it, the program's JSON mapper, and the components that the annotation names.
 *
 * <pre>{@code
 * @PosthornTest(InvoiceWebhooks.class)
 * class InvoiceWebhooksTest {
 *   @Autowired InvoiceWebhooks webhooks;
 *   @Autowired TestPosthorn test;
 *
 *   @Test
 *   void aPaidInvoiceIsSent() {
 *     test.posthorn().application("customer-17").endpoints()
 *         .add(NewEndpoint.of(test.receiver().url("/hooks")));
 *     webhooks.invoicePaid("customer-17", "inv_1");
 *     test.deliverDue();
 *     assertThat(test.receiver().lastRequest().text()).isEqualTo("…");
 *   }
 * }
 * }</pre>
 *
 * <p>The class with {@code @SpringBootApplication} is found as {@code @SpringBootTest} finds it,
 * but its other components and auto-configurations are left out; {@code @Import} adds more.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(PosthornTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@AutoConfigurePosthorn
@ImportAutoConfiguration
public @interface PosthornTest {

  /** Returns the components of the program to test. */
  @AliasFor("components")
  Class<?>[] value() default {};

  /** Returns the components of the program to test. */
  @AliasFor("value")
  Class<?>[] components() default {};

  /** Returns properties of the environment, such as {@code "posthorn.delivery.jitter=0.5"}. */
  String[] properties() default {};
}
