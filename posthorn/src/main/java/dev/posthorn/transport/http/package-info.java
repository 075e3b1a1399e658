/** Opens the HTTP transport. */
@NullMarked
package dev.posthorn.transport.http;

import org.jspecify.annotations.NullMarked;
