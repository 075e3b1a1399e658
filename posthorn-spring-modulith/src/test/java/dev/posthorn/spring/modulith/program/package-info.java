/** A program whose events are webhooks. */
@NullMarked
package dev.posthorn.spring.modulith.program;

import org.jspecify.annotations.NullMarked;
