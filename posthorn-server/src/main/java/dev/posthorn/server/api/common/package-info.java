/** Pieces that several parts of the API share: paging, JSON, idempotent answers. */
@NullMarked
package dev.posthorn.server.api.common;

import org.jspecify.annotations.NullMarked;
