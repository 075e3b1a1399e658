/** Authentication: tokens, their environment or application, and their revocation. */
@NullMarked
package dev.posthorn.server.auth;

import org.jspecify.annotations.NullMarked;
