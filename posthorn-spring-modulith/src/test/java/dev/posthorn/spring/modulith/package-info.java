/** Tests of the externalization of events, on each line of Spring Modulith. */
@NullMarked
package dev.posthorn.spring.modulith;

import org.jspecify.annotations.NullMarked;
