/** Externalization of Spring Modulith's events as webhooks. */
@NullMarked
package dev.posthorn.spring.modulith;

import org.jspecify.annotations.NullMarked;
