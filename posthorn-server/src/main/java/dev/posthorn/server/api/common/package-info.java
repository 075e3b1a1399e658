/** Shared parts of the API: paging, JSON, idempotent answers. */
@NullMarked
package dev.posthorn.server.api.common;

import org.jspecify.annotations.NullMarked;
