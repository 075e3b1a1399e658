/** The Spring Boot integration: the properties and the types that programs implement. */
@NullMarked
package dev.posthorn.spring.boot;

import org.jspecify.annotations.NullMarked;
