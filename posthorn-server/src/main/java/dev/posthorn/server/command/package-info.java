/** The commands that send, receive and verify single webhooks. */
@NullMarked
package dev.posthorn.server.command;

import org.jspecify.annotations.NullMarked;
