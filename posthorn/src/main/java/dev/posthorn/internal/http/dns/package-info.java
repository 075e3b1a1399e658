/** Name lookups: resolver, hosts file, cache. */
@NullMarked
package dev.posthorn.internal.http.dns;

import org.jspecify.annotations.NullMarked;
