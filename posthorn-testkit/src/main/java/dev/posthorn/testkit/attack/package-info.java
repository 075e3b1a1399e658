/**
 * Attacks on a running server, all at once, as somebody can make them who only has a connection to
 * it, a key of an environment or a portal token; and another tenant, who shall not notice.
 *
 * <p>They go to 127.0.0.1 only, and know the server by its HTTP API alone.
 */
@NullMarked
package dev.posthorn.testkit.attack;

import org.jspecify.annotations.NullMarked;
