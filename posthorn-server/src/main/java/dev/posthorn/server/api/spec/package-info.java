/** The OpenAPI document, the reference page and the portal. */
@NullMarked
package dev.posthorn.server.api.spec;

import org.jspecify.annotations.NullMarked;
