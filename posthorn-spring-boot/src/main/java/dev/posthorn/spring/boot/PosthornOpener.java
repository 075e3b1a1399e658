package dev.posthorn.spring.boot;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;

/**
 * The opening of the Posthorn behind the bean. A bean of this type replaces {@link
 * Posthorn#open(PosthornOptions)}; tests open one with a settable time in this way.
 */
@FunctionalInterface
public interface PosthornOpener {

  /** Opens a Posthorn with the options that properties and customizers make up. */
  Posthorn open(PosthornOptions options);

  /**
   * Returns whether each call opens a Posthorn. If not, the context is not paused while a test
   * framework keeps it for later tests.
   */
  default boolean opensAgain() {
    return true;
  }
}
