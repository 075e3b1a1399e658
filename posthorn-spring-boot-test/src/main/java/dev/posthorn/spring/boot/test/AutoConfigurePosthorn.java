package dev.posthorn.spring.boot.test;

import dev.posthorn.testkit.TestPosthorn;
import dev.posthorn.testkit.TestReceiver;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * A {@link TestPosthorn} behind the bean {@code Posthorn} of a test's context, such as one of
 * {@code @SpringBootTest}: in a temporary file, with a time that the test sets, and with a receiver
 * that records. The beans {@link TestPosthorn} and {@link TestReceiver} can be injected.
 *
 * <p>After each test the receiver forgets its requests and answers 204 again, and all applications
 * and endpoints are removed, with their waiting deliveries. The time stays where the test has moved
 * it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigurePosthorn {}
