/** How commands ask a running server, and how they show what it answers. */
@NullMarked
package dev.posthorn.server.client;

import org.jspecify.annotations.NullMarked;
