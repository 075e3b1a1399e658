/** Operations on applications. */
@NullMarked
package dev.posthorn.server.api.application;

import org.jspecify.annotations.NullMarked;
