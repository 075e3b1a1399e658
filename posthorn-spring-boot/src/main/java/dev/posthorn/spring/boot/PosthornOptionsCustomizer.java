package dev.posthorn.spring.boot;

import dev.posthorn.PosthornOptions;

/**
 * A bean that changes the options after the properties {@code posthorn.*} were applied: for options
 * without a property, and for values that a program computes. Several are called in their order.
 */
@FunctionalInterface
public interface PosthornOptionsCustomizer {

  /** Changes the options. */
  void customize(PosthornOptions.Builder options);
}
