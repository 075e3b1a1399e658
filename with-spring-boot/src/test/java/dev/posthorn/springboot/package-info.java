/** Tests of the library with the versions of other libraries that Spring Boot manages. */
@NullMarked
package dev.posthorn.springboot;

import org.jspecify.annotations.NullMarked;
